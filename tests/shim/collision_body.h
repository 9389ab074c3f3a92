/* SPDX-License-Identifier: MIT */
/*
 * What must hold in either order; each check returns its line.
 */
/* clang-format off */
#define CHECK(cond)                      \
	do {                             \
		if (!(cond))             \
			return __LINE__; \
	} while (0)

	LIST_HEAD(head);
	struct stat st = { .st_size = 1 };
	char buf[8];
	int i = -5;

	/* kernel names */
	CHECK(list_empty(&head));
	CHECK(EPROBE_DEFER == 517 && ENOTSUPP == 524 && EINVAL == 22);
	CHECK(ENOTSUP == EOPNOTSUPP);
	CHECK(abs(-5000000000l) == 5000000000l);
	CHECK(roundup(10, 4) == 12 && min(3, 4) == 3);
	CHECK(ffs(8) == 4 && fls(8) == 4);
	CHECK(strscpy(buf, "abc") == 3 && sizeof(u64) == 8);
	CHECK(offsetofend(struct list_head, prev) == 16);

	/* libc names */
	CHECK(INT_MAX == 2147483647 && PATH_MAX == 4096);
	CHECK(S_ISREG(S_IFREG | 0644) && st.st_size == 1);
	CHECK(snprintf(buf, sizeof(buf), "%g", 0.5) == 3);
	CHECK(toupper('a') == 'A' && isdigit('7'));
	CHECK(labs(-7l) == 7 && sizeof(dev_t) == 8);
	CHECK(atoi("12") == 12 && i == -5);
	errno = 0;
	CHECK(close(-1) == -1 && errno == EBADF);
#undef CHECK
/* clang-format on */
