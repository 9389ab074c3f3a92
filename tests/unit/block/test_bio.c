/* SPDX-License-Identifier: MIT */
/*
 * Building bios: allocation, adding memory, chains, data helpers
 * (src/block/bio.c, bio_data.c, uio.c).
 */
#include "unit/block/board.h"

#define P 0x10000000ull

static int setup(void **state)
{
	board_start(1);
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

static struct bio *new_bio(unsigned short vecs)
{
	return bio_alloc(NULL, vecs, REQ_OP_WRITE, GFP_KERNEL);
}

/* spec: block-nvme B1 */
static void adjoining_bytes_of_a_page_are_one_vector(void **state)
{
	struct bio *bio = new_bio(4);

	add_phys(bio, P, 512);
	add_phys(bio, P + 512, 512);

	assert_int_equal(bio->bi_vcnt, 1);
	assert_int_equal(bio->bi_io_vec[0].bv_len, 1024);
	assert_int_equal(bio->bi_iter.bi_size, 1024);
	bio_put(bio);
}

/* spec: block-nvme B2 */
static void bytes_with_a_hole_between_are_two_vectors(void **state)
{
	struct bio *bio = new_bio(4);

	add_phys(bio, P, 512);
	add_phys(bio, P + 1024, 512);

	assert_int_equal(bio->bi_vcnt, 2);
	bio_put(bio);
}

/* spec: block-nvme B3 */
static void adjoining_pages_are_one_vector(void **state)
{
	struct bio *bio = new_bio(4);

	add_phys(bio, P, 4096);
	add_phys(bio, P + 4096, 4096);

	assert_int_equal(bio->bi_vcnt, 1);
	assert_int_equal(bio->bi_io_vec[0].bv_len, 8192);
	bio_put(bio);
}

/* spec: block-nvme B6 */
static void a_full_bio_takes_only_what_extends_it(void **state)
{
	struct bio_vec vec;
	struct bio bio;

	bio_init(&bio, NULL, &vec, 1, REQ_OP_WRITE);
	add_phys(&bio, P, 4096);

	assert_int_equal(bio_add_page(&bio, page_at(P + 4096), 512,
				      offset_in_page(P + 4096)),
			 512);
	assert_int_equal(bio_add_page(&bio, page_at(P + 4 * PAGE_SIZE), 512, 0),
			 0);
	assert_int_equal(bio.bi_iter.bi_size, 4608);
	bio_uninit(&bio);
}

/* spec: block-nvme B7 */
static void a_cloned_bio_takes_nothing_and_warns(void **state)
{
	struct bio *bio = new_bio(4), *clone;

	add_phys(bio, P, 4096);
	clone = bio_alloc_clone(NULL, bio, GFP_KERNEL, &fs_bio_set);
	assert_true(bio_flagged(clone, BIO_CLONED));
	assert_int_equal(bio_add_page(clone, page_at(P), 512, 0), 0);

	assert_int_equal(warnings(), 1);
	bio_put(clone);
	bio_put(bio);
}

/* spec: block-nvme B8 */
static void the_size_of_a_bio_stays_below_4_gib(void **state)
{
	struct bio *bio = new_bio(4);

	add_phys(bio, P, 4096);
	bio->bi_iter.bi_size = 0xfffff000;

	assert_int_equal(bio_add_page(bio, page_at(P + 4096), 0x1000,
				      offset_in_page(P + 4096)),
			 0);
	assert_int_equal(bio_add_page(bio, page_at(P + 4096), 0xfff,
				      offset_in_page(P + 4096)),
			 0xfff);
	bio_put(bio);
}

static void nothing_is_not_added(void **state)
{
	struct bio *bio = new_bio(4);

	assert_int_equal(bio_add_page(bio, page_at(P), 0, 0), 0);

	assert_int_equal(warnings(), 1);
	assert_int_equal(bio->bi_vcnt, 0);
	bio_put(bio);
}

static void an_offset_beyond_the_page_counts_from_the_page(void **state)
{
	struct bio *bio = new_bio(4);

	assert_int_equal(bio_add_page(bio, page_at(P), 512, 2 * PAGE_SIZE),
			 512);
	add_phys(bio, P + 2 * PAGE_SIZE + 512, 512);

	assert_int_equal(bio->bi_vcnt, 1);
	assert_int_equal(bvec_phys(&bio->bi_io_vec[0]), P + 2 * PAGE_SIZE);
	assert_int_equal(bio_page(bio) - page_at(P), 2);
	bio_put(bio);
}

static void vector_counts_are_rounded_to_what_exists(void **state)
{
	static const struct {
		unsigned short asked, got;
	} row[] = { { 0, 0 },	{ 1, 4 },    { 4, 4 },	   { 5, 16 },
		    { 17, 64 }, { 65, 128 }, { 129, 256 }, { 256, 256 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		struct bio *bio = new_bio(row[i].asked);

		assert_int_equal(bio->bi_max_vecs, row[i].got);
		bio_put(bio);
	}
}

static void front_pad_lies_in_front_and_is_freed_with_the_bio(void **state)
{
	struct bio_set set = {};
	struct bio *bio;

	assert_int_equal(bioset_init(&set, 2, 64, BIOSET_NEED_BVECS), 0);
	bio = bio_alloc_bioset(NULL, 16, REQ_OP_READ, GFP_KERNEL, &set);
	memset((char *)bio - 64, 0xa5, 64);
	assert_ptr_equal(bio->bi_pool, &set);
	bio_put(bio);
	bioset_exit(&set);
	assert_false(bioset_initialized(&set));
}

static void vectors_from_a_set_without_them_warn(void **state)
{
	struct bio_set set = {};

	assert_int_equal(bioset_init(&set, 2, 0, 0), 0);
	assert_null(bio_alloc_bioset(NULL, 1, REQ_OP_READ, GFP_KERNEL, &set));
	assert_int_equal(warnings(), 1);
	bioset_exit(&set);
}

static void a_waiting_allocation_uses_the_reserve(void **state)
{
	struct bio *bio;

	lib_fail_from(DMASIM_SITE_SLAB, 1);
	assert_non_null(bio = bio_alloc(NULL, 5, REQ_OP_READ, GFP_NOIO));
	assert_int_equal(bio->bi_max_vecs, 256);
	bio_put(bio);
}

static void reset_keeps_memory_and_clears_the_rest(void **state)
{
	struct bio *bio = new_bio(16);
	struct bio_vec *vecs = bio->bi_io_vec;

	add_phys(bio, P, 4096);
	bio->bi_status = BLK_STS_IOERR;
	bio_get(bio);
	bio_reset(bio, NULL, REQ_OP_READ);

	assert_int_equal(bio->bi_vcnt, 0);
	assert_int_equal(bio->bi_iter.bi_size, 0);
	assert_int_equal(bio->bi_status, 0);
	assert_int_equal(bio->bi_opf, REQ_OP_READ);
	assert_int_equal(bio->bi_max_vecs, 16);
	assert_ptr_equal(bio->bi_io_vec, vecs);
	bio_set_flag(bio, BIO_REFFED);
	bio_put(bio);
	bio_put(bio);
}

static void a_bio_of_nobodys_pool_is_not_put(void **state)
{
	struct bio *bio = bio_kmalloc(1, GFP_KERNEL);

	bio_init(bio, NULL, bio->bi_inline_vecs, 1, REQ_OP_READ);
	bio_put(bio);
	assert_int_equal(warnings(), 1);
	bio_uninit(bio);
	kfree(bio);
	assert_null(bio_kmalloc(1025, GFP_KERNEL));
}

static void advancing_walks_vectors_and_sectors(void **state)
{
	struct bio *bio = new_bio(4);

	add_vec(bio, P, 4096);
	add_vec(bio, P + 0x4000, 4096);
	bio->bi_iter.bi_sector = 100;
	bio_advance(bio, 4608);

	assert_int_equal(bio->bi_iter.bi_sector, 109);
	assert_int_equal(bio->bi_iter.bi_idx, 1);
	assert_int_equal(bio->bi_iter.bi_bvec_done, 512);
	assert_int_equal(bio_segments(bio), 1);
	bio_advance(bio, 3584);
	assert_int_equal(bio->bi_iter.bi_size, 0);
	assert_int_equal(bio->bi_iter.bi_idx, 1);
	bio_put(bio);
}

static void a_discard_advances_without_vectors(void **state)
{
	struct bio *bio = bio_alloc(NULL, 0, REQ_OP_DISCARD, GFP_KERNEL);

	bio->bi_iter.bi_size = SZ_1G;
	bio_advance(bio, SZ_1M);

	assert_false(bio_has_data(bio));
	assert_int_equal(bio->bi_iter.bi_size, SZ_1G - SZ_1M);
	assert_int_equal(bio->bi_iter.bi_sector, SZ_1M / 512);
	bio_put(bio);
}

static void too_much_advance_warns_and_ends(void **state)
{
	struct bio_vec bv = { page_at(P), 4096, 0 };
	struct bvec_iter iter = { .bi_size = 4096 };

	assert_false(bvec_iter_advance(&bv, &iter, 4097));
	assert_int_equal(iter.bi_size, 0);
	assert_int_equal(warnings(), 1);
}

static void a_long_vector_is_seen_whole_or_page_by_page(void **state)
{
	struct bio *bio = new_bio(4);
	unsigned int whole = 0, pages = 0, bytes = 0;
	struct bvec_iter_all all;
	struct bvec_iter iter;
	struct bio_vec bv, *each;

	add_phys(bio, P + 512, 2 * PAGE_SIZE);
	bio_for_each_bvec(bv, bio, iter)
		whole++;
	bio_for_each_segment(bv, bio, iter) {
		pages++;
		assert_true(bv.bv_offset < PAGE_SIZE);
	}
	bio_for_each_segment_all(each, bio, all)
		bytes += each->bv_len;

	assert_int_equal(whole, 1);
	assert_int_equal(pages, 3);
	assert_int_equal(bytes, 2 * PAGE_SIZE);
	bio_put(bio);
}

/* ---- chains ---------------------------------------------------------- */

static unsigned int ended;
static blk_status_t end_status;

static void note_end(struct bio *bio)
{
	ended++;
	end_status = bio->bi_status;
	bio_put(bio);
}

static void a_parent_ends_after_its_chain_with_the_first_error(void **state)
{
	struct bio *parent = new_bio(0), *a = new_bio(0), *b = new_bio(0);

	ended = 0;
	parent->bi_end_io = note_end;
	bio_chain(a, parent);
	bio_chain(b, parent);
	bio_endio(parent);
	a->bi_status = BLK_STS_MEDIUM;
	bio_endio(a);
	assert_int_equal(ended, 0);
	b->bi_status = BLK_STS_IOERR;
	bio_endio(b);

	assert_int_equal(ended, 1);
	assert_int_equal(end_status, BLK_STS_MEDIUM);
}

static void a_long_chain_ends_without_recursion(void **state)
{
	struct bio *root = new_bio(0), *bio = root, *next;
	unsigned int i;

	ended = 0;
	root->bi_end_io = note_end;
	for (i = 0; i < 20000; i++) {
		next = new_bio(0);
		bio_chain(next, bio);
		bio_endio(bio);
		bio = next;
	}
	bio_endio(bio);

	assert_int_equal(ended, 1);
}

static void chaining_a_bio_that_has_an_end_is_a_bug(void **state)
{
	struct bio *parent = new_bio(0), *bio = new_bio(0);

	bio->bi_end_io = note_end;
	expect_panic(bio_chain(bio, parent));
	bio_put(bio);
	bio_put(parent);
}

static void lists_keep_order(void **state)
{
	struct bio_list one = BIO_EMPTY_LIST, two = BIO_EMPTY_LIST;
	struct bio *a = new_bio(0), *b = new_bio(0), *c = new_bio(0);

	bio_list_add(&one, b);
	bio_list_add_head(&one, a);
	bio_list_add(&two, c);
	bio_list_merge_init(&one, &two);

	assert_int_equal(bio_list_size(&one), 3);
	assert_true(bio_list_empty(&two));
	assert_ptr_equal(bio_list_pop(&one), a);
	assert_ptr_equal(bio_list_peek(&one), b);
	assert_ptr_equal(bio_list_get(&one), b);
	assert_true(bio_list_empty(&one));
	bio_put(a);
	bio_put(b);
	bio_put(c);
}

/* ---- bytes ----------------------------------------------------------- */

static void copying_crosses_vectors_of_different_sizes(void **state)
{
	char *from = kmalloc(8192, GFP_KERNEL), *to = kmalloc(8192, GFP_KERNEL);
	struct bio *src = new_bio(4), *dst = new_bio(4);

	memset(from, 'x', 8192);
	memset(to, 0, 8192);
	from[8191] = 'e';
	bio_add_virt_nofail(src, from, 8192);
	bio_add_virt_nofail(dst, to, 1000);
	bio_add_virt_nofail(dst, to + 1000, 7192);
	bio_copy_data(dst, src);
	assert_memory_equal(from, to, 8192);
	bio_advance(dst, 8191);
	zero_fill_bio(dst);
	assert_int_equal(to[8190], 'x');
	assert_int_equal(to[8191], 0);

	bio_put(src);
	bio_put(dst);
	kfree(from);
	kfree(to);
}

static void vmalloc_memory_is_added_page_by_page(void **state)
{
	char *buf = vmalloc(3 * PAGE_SIZE);
	struct bio *bio = new_bio(4);

	assert_int_equal(bio_add_max_vecs(buf + 100, PAGE_SIZE + 3904), 2);
	assert_int_equal(bio_add_vmalloc_chunk(bio, buf + 100,
					       PAGE_SIZE + 3904),
			 PAGE_SIZE - 100);
	assert_true(bio_add_vmalloc(bio, buf + PAGE_SIZE, 2 * PAGE_SIZE));
	assert_int_equal(bio->bi_iter.bi_size, PAGE_SIZE - 100 + 2 * PAGE_SIZE);
	bio_put(bio);
	vfree(buf);
}

static void an_iterator_of_vectors_is_borrowed(void **state)
{
	struct bio_vec vecs[2] = { { page_at(P), 4096, 0 },
				   { page_at(P + 0x4000), 4096, 0 } };
	struct bio *bio = new_bio(0);
	struct iov_iter iter;

	iov_iter_bvec(&iter, ITER_SOURCE, vecs, 2, 8192);
	iov_iter_advance(&iter, 512);
	assert_int_equal(bio_iov_vecs_to_alloc(&iter, 16), 0);
	assert_int_equal(bio_iov_iter_get_pages(bio, &iter), 0);

	assert_ptr_equal(bio->bi_io_vec, vecs);
	assert_int_equal(bio->bi_iter.bi_size, 7680);
	assert_int_equal(bio->bi_iter.bi_bvec_done, 512);
	assert_true(bio_flagged(bio, BIO_CLONED));
	assert_int_equal(iov_iter_count(&iter), 0);
	bio_put(bio);
}

static void an_iterator_of_kernel_memory_is_added(void **state)
{
	char *buf = kmalloc(8192, GFP_KERNEL);
	struct kvec kv[2] = { { buf, 4096 }, { buf + 4096, 4096 } };
	struct bio *bio = new_bio(4);
	struct iov_iter iter;

	iov_iter_kvec(&iter, ITER_DEST, kv, 2, 8192);
	assert_int_equal(bio_iov_iter_get_pages(bio, &iter), 0);

	assert_int_equal(bio->bi_iter.bi_size, 8192);
	assert_int_equal(iov_iter_count(&iter), 0);
	bio_put(bio);
	kfree(buf);
}

static void an_iterator_of_user_memory_panics(void **state)
{
	struct bio *bio = new_bio(4);
	struct iov_iter iter;

	iov_iter_ubuf(&iter, ITER_DEST, NULL, 4096);
	expect_panic(bio_iov_iter_get_pages(bio, &iter));
	bio_put(bio);
}

static void a_bio_not_put_is_reported(void **state)
{
	struct bio *bio = new_bio(4);

	assert_int_equal(block_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "block-bio-leak"),
			 1);
	bio_put(bio);
}

static void allocation_fails_cleanly_without_waiting(void **state)
{
	u64 objects = board_objects();
	struct bio *bio;

	lib_fail_from(DMASIM_SITE_SLAB, 1);
	lib_fail_from(DMASIM_SITE_MEMPOOL, 1);
	bio = bio_alloc(NULL, 64, REQ_OP_READ, GFP_ATOMIC);
	lib_fail_off();

	assert_null(bio);
	assert_int_equal(board_objects(), objects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(adjoining_bytes_of_a_page_are_one_vector),
		board_case(bytes_with_a_hole_between_are_two_vectors),
		board_case(adjoining_pages_are_one_vector),
		board_case(a_full_bio_takes_only_what_extends_it),
		board_case(a_cloned_bio_takes_nothing_and_warns),
		board_case(the_size_of_a_bio_stays_below_4_gib),
		board_case(nothing_is_not_added),
		board_case(an_offset_beyond_the_page_counts_from_the_page),
		board_case(vector_counts_are_rounded_to_what_exists),
		board_case(front_pad_lies_in_front_and_is_freed_with_the_bio),
		board_case(vectors_from_a_set_without_them_warn),
		board_case(a_waiting_allocation_uses_the_reserve),
		board_case(reset_keeps_memory_and_clears_the_rest),
		board_case(a_bio_of_nobodys_pool_is_not_put),
		board_case(advancing_walks_vectors_and_sectors),
		board_case(a_discard_advances_without_vectors),
		board_case(too_much_advance_warns_and_ends),
		board_case(a_long_vector_is_seen_whole_or_page_by_page),
		board_case(a_parent_ends_after_its_chain_with_the_first_error),
		board_case(a_long_chain_ends_without_recursion),
		board_case(chaining_a_bio_that_has_an_end_is_a_bug),
		board_case(lists_keep_order),
		board_case(copying_crosses_vectors_of_different_sizes),
		board_case(vmalloc_memory_is_added_page_by_page),
		board_case(an_iterator_of_vectors_is_borrowed),
		board_case(an_iterator_of_kernel_memory_is_added),
		board_case(an_iterator_of_user_memory_panics),
		board_case(a_bio_not_put_is_reported),
		board_case(allocation_fails_cleanly_without_waiting),
	};

	return cmocka_run_group_tests_name("bio", tests, NULL, NULL);
}
