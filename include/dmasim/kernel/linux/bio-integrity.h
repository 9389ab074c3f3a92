/* SPDX-License-Identifier: MIT */
/*
 * <linux/bio-integrity.h>: metadata of a bio.
 *
 * Same: payload structure, flags, adding pages, walking.
 * Reduced: see <linux/blk-integrity.h>.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BIO_INTEGRITY_H
#define _DMASIM_LINUX_BIO_INTEGRITY_H

#include <linux/bio.h>

enum bip_flags {
	BIP_BLOCK_INTEGRITY = 1 << 0,
	BIP_MAPPED_INTEGRITY = 1 << 1,
	BIP_DISK_NOCHECK = 1 << 2,
	BIP_IP_CHECKSUM = 1 << 3,
	BIP_COPY_USER = 1 << 4,
	BIP_CHECK_GUARD = 1 << 5,
	BIP_CHECK_REFTAG = 1 << 6,
	BIP_CHECK_APPTAG = 1 << 7,
};

/**
 * struct bio_integrity_payload - metadata that travels with a bio
 * @bip_iter: what is left; bi_sector is the reference tag seed
 * @bip_vcnt: vectors in use
 * @bip_max_vcnt: vectors available
 * @bip_vec: vectors
 */
struct bio_integrity_payload {
	struct bvec_iter bip_iter;
	unsigned short bip_vcnt;
	unsigned short bip_max_vcnt;
	unsigned short bip_flags;
	u16 app_tag;
	struct bio_vec *bip_vec;
};

#define BIP_CLONE_FLAGS                                             \
	(BIP_MAPPED_INTEGRITY | BIP_IP_CHECKSUM | BIP_CHECK_GUARD | \
	 BIP_CHECK_REFTAG | BIP_CHECK_APPTAG)

#define bip_for_each_vec(bvl, bip, iter) \
	for_each_bvec(bvl, (bip)->bip_vec, iter, (bip)->bip_iter)

/* Walks the chain of bios and leaves @_bio NULL. */
#define bio_for_each_integrity_vec(_bvl, _bio, _iter) \
	for (; (_bio); (_bio) = (_bio)->bi_next)      \
		bip_for_each_vec(_bvl, (_bio)->bi_integrity, _iter)

static inline struct bio_integrity_payload *bio_integrity(struct bio *bio)
{
	return bio->bi_opf & REQ_INTEGRITY ? bio->bi_integrity : NULL;
}

static inline bool bio_integrity_flagged(struct bio *bio, enum bip_flags flag)
{
	struct bio_integrity_payload *bip = bio_integrity(bio);

	return bip && (bip->bip_flags & flag);
}

static inline sector_t bip_get_seed(struct bio_integrity_payload *bip)
{
	return bip->bip_iter.bi_sector;
}

static inline void bip_set_seed(struct bio_integrity_payload *bip,
				sector_t seed)
{
	bip->bip_iter.bi_sector = seed;
}

void bio_integrity_init(struct bio *bio, struct bio_integrity_payload *bip,
			struct bio_vec *bvecs, unsigned int nr_vecs);
struct bio_integrity_payload *bio_integrity_alloc(struct bio *bio, gfp_t gfp,
						  unsigned int nr);
int bio_integrity_add_page(struct bio *bio, struct page *page, unsigned int len,
			   unsigned int offset);
int bio_integrity_map_user(struct bio *bio, struct iov_iter *iter);
void bio_integrity_unmap_user(struct bio *bio);
bool bio_integrity_prep(struct bio *bio);
void bio_integrity_advance(struct bio *bio, unsigned int bytes_done);
void bio_integrity_trim(struct bio *bio);
int bio_integrity_clone(struct bio *bio, struct bio *bio_src, gfp_t gfp_mask);

#endif
