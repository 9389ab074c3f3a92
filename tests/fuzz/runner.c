/* SPDX-License-Identifier: MIT */
/*
 * A main() for fuzz targets where there is no libFuzzer: every file of the corpus,
 * then mutations of them by chance.
 *
 *	fuzz_<name> FOLDER [RUNS]
 *
 * DMASIM_SEED replays the mutations, DMASIM_EVERY=n runs one n-th of them. An
 * input that fails is written to fuzz-<name>.failed, which can be given in place
 * of the folder.
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

#define MAX_SIZE 1024
#define MAX_FILES 256

struct input {
	uint8_t data[MAX_SIZE];
	size_t size;
};

static struct input corpus[MAX_FILES], now;
static unsigned int nr_files;
static char failed[256];

/* The input of the run that is on, for whoever wants to see it again. */
static void keep_input(int sig)
{
	FILE *f = fopen(failed, "w");

	if (f) {
		fwrite(now.data, 1, now.size, f);
		fclose(f);
		fprintf(stderr, "the input is in %s\n", failed);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static void run(void)
{
	/* Of just that size, so that a read beyond it is seen. */
	uint8_t *copy = malloc(now.size ? now.size : 1);

	if (!copy)
		abort();
	memcpy(copy, now.data, now.size);
	LLVMFuzzerTestOneInput(copy, now.size);
	free(copy);
}

static bool add_file(const char *path)
{
	struct input *in = &corpus[nr_files];
	struct stat st;
	FILE *f;

	if (nr_files == MAX_FILES || stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	f = fopen(path, "r");
	if (!f)
		return false;
	in->size = fread(in->data, 1, MAX_SIZE, f);
	fclose(f);
	nr_files++;
	return true;
}

static int by_content(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	return x->size != y->size ? (x->size > y->size) - (x->size < y->size) :
				    memcmp(x->data, y->data, x->size);
}

static void add_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[4096];

	if (!dir) {
		add_file(path);
		return;
	}
	while ((entry = readdir(dir))) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		add_file(name);
	}
	closedir(dir);
	/* The folder's order is the file system's. */
	qsort(corpus, nr_files, sizeof(corpus[0]), by_content);
}

static uint64_t rng;

static unsigned int chance(unsigned int n)
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return (unsigned int)((rng * 0x2545f4914f6cdd1dull) >> 33) % n;
}

static void mutate_once(void)
{
	static const uint8_t notable[] = { 0, 1, 0x7f, 0x80, 0xff };
	const struct input *other = &corpus[chance(nr_files)];
	size_t at = now.size ? chance((unsigned int)now.size) : 0, n;

	switch (chance(6)) {
	case 0:
		now.data[at] ^= (uint8_t)(1u << chance(8));
		break;
	case 1:
		now.data[at] = (uint8_t)chance(256);
		break;
	case 2:
		now.data[at] = notable[chance(sizeof(notable))];
		break;
	case 3: /* take some away */
		n = chance(16);
		if (at + n < now.size) {
			memmove(now.data + at, now.data + at + n,
				now.size - at - n);
			now.size -= n;
		}
		break;
	case 4: /* say something again */
		n = 1 + chance(16);
		if (at + n <= now.size && now.size + n <= MAX_SIZE) {
			memmove(now.data + at + n, now.data + at,
				now.size - at);
			now.size += n;
		}
		break;
	default: /* go on as another one does */
		n = other->size -
		    (other->size ? chance((unsigned int)other->size) : 0);
		if (n > MAX_SIZE - at)
			n = MAX_SIZE - at;
		memcpy(now.data + at, other->data + other->size - n, n);
		if (at + n > now.size)
			now.size = at + n;
	}
}

int main(int argc, char **argv)
{
	const char *seed = getenv("DMASIM_SEED"),
		   *every = getenv("DMASIM_EVERY");
	unsigned long runs = argc > 2 ? strtoul(argv[2], NULL, 0) : 0, i;
	const char *name = strrchr(argv[0], '/');
	unsigned int n;

	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER [RUNS]\n", argv[0]);
		return 2;
	}
	snprintf(failed, sizeof(failed), "%s.failed",
		 name ? name + 1 : argv[0]);
	signal(SIGABRT, keep_input);
	signal(SIGSEGV, keep_input);
	add_folder(argv[1]);
	if (!nr_files) {
		fprintf(stderr, "%s: nothing to run\n", argv[1]);
		return 1;
	}
	for (i = 0; i < nr_files; i++) {
		now = corpus[i];
		run();
	}
	rng = (seed ? strtoull(seed, NULL, 0) : 1024) | 1;
	printf("DMASIM_SEED=%llu\n", (unsigned long long)rng);
	if (every && atoi(every) > 1)
		runs /= (unsigned long)atoi(every);
	for (i = 0; i < runs; i++) {
		now = corpus[chance(nr_files)];
		for (n = 1 + chance(8); n; n--)
			mutate_once();
		run();
	}
	printf("%u files and %lu mutations\n", nr_files, runs);
	return 0;
}
