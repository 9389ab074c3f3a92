/* SPDX-License-Identifier: MIT */
/*
 * Private to the NVMe model: nvme.c (registers, queues, engine), nvme_cmd.c
 * (commands), nvme_data.c (PRP and SGL), nvme_store.c (the namespace),
 * nvme_trouble.c (what a test asks to go wrong).
 *
 * Register and structure numbers: NVM Express Base Specification 1.3, sections
 * 3.1 (registers), 4 (data structures), 5 and 6 (commands).
 */
#ifndef HW_NVME_H
#define HW_NVME_H

#include "host/host.h"
#include "hw/device.h"

#define NVME_PAGE 4096u
#define NVME_MAX_QUEUES 64u
#define NVME_MAX_AER 4u
#define NVME_MAX_TRANSFER (8u << 20)
#define NVME_MAX_SEGS (NVME_MAX_TRANSFER / NVME_PAGE + 2)
#define NVME_MAX_HELD 64u

/* Status codes, as the kernel numbers them: SC | SCT << 8, DNR is bit 14. */
enum {
	ST_OK = 0x00,
	ST_OPCODE = 0x01,
	ST_FIELD = 0x02,
	ST_CID = 0x03,
	ST_TRANSFER = 0x04,
	ST_INTERNAL = 0x06,
	ST_ABORTED = 0x07,
	ST_NAMESPACE = 0x0b,
	ST_SGL_SEGMENT = 0x0d,
	ST_SGL_COUNT = 0x0e,
	ST_SGL_LENGTH = 0x0f,
	ST_SGL_TYPE = 0x11,
	ST_PRP_OFFSET = 0x13,
	ST_SGL_GRANULARITY = 0x1e,
	ST_LBA_RANGE = 0x80,
	ST_CQ_INVALID = 0x100,
	ST_QID = 0x101,
	ST_QUEUE_SIZE = 0x102,
	ST_AER_LIMIT = 0x105,
	ST_LOG_PAGE = 0x109,
	ST_VECTOR = 0x108,
	ST_QUEUE_DELETE = 0x10c,
	ST_DNR = 0x4000,
};

/** struct nvme_sqe - a submission queue entry, little endian as the host. */
struct nvme_sqe {
	uint8_t opcode;
	uint8_t flags;
	uint16_t cid;
	uint32_t nsid;
	uint64_t rsvd2;
	uint64_t mptr;
	union {
		struct {
			uint64_t prp1;
			uint64_t prp2;
		};
		uint8_t sgl[16];
	};
	uint32_t cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
};

_Static_assert(sizeof(struct nvme_sqe) == 64, "SQE is 64 bytes");

struct nvme_cqe {
	uint32_t result;
	uint32_t rsvd;
	uint16_t sq_head;
	uint16_t sq_id;
	uint16_t cid;
	uint16_t status;
};

_Static_assert(sizeof(struct nvme_cqe) == 16, "CQE is 16 bytes");

/** struct nvme_seg - one piece of a command's data, device addresses. */
struct nvme_seg {
	uint64_t addr;
	uint32_t len;
};

/**
 * struct nvme_sq - head is the engine's, tail the doorbell's (under lock)
 */
struct nvme_sq {
	bool live;
	uint16_t cqid;
	uint32_t size;
	uint64_t base;
	uint32_t head;
	uint32_t tail;
};

/**
 * struct nvme_cq - tail and phase are the engine's, head the doorbell's
 * @sqs: submission queues that complete here
 */
struct nvme_cq {
	bool live;
	bool irq;
	bool irq_due;
	uint8_t phase;
	uint16_t vector;
	uint32_t size;
	uint64_t base;
	uint32_t head;
	uint32_t tail;
	unsigned int sqs;
};

/** struct nvme_held - a command that was fetched and does not run yet. */
struct nvme_held {
	uint16_t sqid;
	struct nvme_sqe sqe;
};

/**
 * struct nvme_trouble - what shall go wrong, under the controller's lock
 * @fail_opcode, @fail_nth, @fail_status: see hw_nvme_fail_cmd()
 * @hold: commands still to be held, of I/O queues and of the admin queue
 * @held: those that are, in the order of their fetching
 * @release: let them run
 * @lose_irqs: interrupts of I/O queues still to be lost
 * @repeat: post @last_cqe, of @last_cq, once more
 */
struct nvme_trouble {
	int fail_opcode;
	unsigned int fail_nth;
	uint16_t fail_status;

	unsigned int hold[2];
	struct nvme_held held[NVME_MAX_HELD];
	unsigned int nr_held;
	bool release;

	unsigned int lose_irqs;

	bool repeat;
	struct nvme_cqe last_cqe;
	struct nvme_cq *last_cq;
};

/**
 * struct hw_nvme - the controller
 * @lock: registers, doorbells, queue table, statistics
 * @running: a thread is in the engine; others only leave their request
 * @stop: CC.EN went to 0 while the engine ran
 * @segs: data pointer of the command in work; the engine's
 * @bounce: its data on the way in, so that a refused write changes nothing
 */
struct hw_nvme {
	struct hw_nvme_config cfg;
	struct hw_model model;
	struct hw_dev *dev;

	struct host_mutex lock;
	bool running;
	bool stop;
	uint64_t cap, asq, acq;
	uint32_t cc, csts, aqa, intms;
	struct nvme_sq sq[NVME_MAX_QUEUES + 1];
	struct nvme_cq cq[NVME_MAX_QUEUES + 1];
	uint32_t features[256];
	uint16_t aer[NVME_MAX_AER];
	unsigned int nr_aer;
	struct hw_nvme_stats stats;

	struct nvme_trouble trouble;

	bool have_sqe;
	uint8_t last_sqe[64];

	struct nvme_seg *segs;
	unsigned int nr_segs;
	uint8_t *bounce;

	uint8_t *store;
	uint64_t store_size;
	int store_fd;
};

/**
 * hw_nvme_violation() - the host broke a rule: count it and say which
 * @what: one line; event "nvme-rule"
 */
void hw_nvme_violation(struct hw_nvme *n, uint64_t addr, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** hw_nvme_dead() - fatal controller status: an access to a queue was refused. */
void hw_nvme_dead(struct hw_nvme *n, const char *what);

/** hw_nvme_post() - put @cqe into @cq, which has room. The engine's. */
void hw_nvme_post(struct hw_nvme *n, struct nvme_cq *cq, struct nvme_cqe cqe);

/** hw_nvme_cq_full() - no room in @cq. Lock held, or the engine. */
bool hw_nvme_cq_full(const struct nvme_cq *cq);

/** hw_nvme_kick() - let the engine look for work. Lock held. */
void hw_nvme_kick(struct hw_nvme *n);

/* ---- nvme_trouble.c; lock held, except where it says otherwise ------------ */

/**
 * hw_nvme_forget_held() - no command is held any more
 * @sqid: of this queue; -1: of any
 */
void hw_nvme_forget_held(struct hw_nvme *n, int sqid);

/** hw_nvme_is_held() - is a command @cid of queue @sqid held? */
bool hw_nvme_is_held(struct hw_nvme *n, uint16_t sqid, uint16_t cid);

/** hw_nvme_hold_this() - shall @sqe of queue @sqid wait? Then it does. */
bool hw_nvme_hold_this(struct hw_nvme *n, uint16_t sqid,
		       const struct nvme_sqe *sqe);

/** hw_nvme_next_released() - take a held command that may run now. */
bool hw_nvme_next_released(struct hw_nvme *n, struct nvme_held *out);

/** hw_nvme_repeat_due() - the queue that gets its last entry again, or NULL. */
struct nvme_cq *hw_nvme_repeat_due(struct hw_nvme *n);

/** hw_nvme_abort() - the Abort command; the value of CQE dword 0. Not locked. */
uint32_t hw_nvme_abort(struct hw_nvme *n, const struct nvme_sqe *sqe);

/** hw_nvme_fails() - shall this I/O command of @opcode fail? Not locked. */
bool hw_nvme_fails(struct hw_nvme *n, uint8_t opcode);

/* ---- nvme_cmd.c: run one command; the status; *result is CQE dword 0 ----- */

#define NVME_NO_COMPLETION 0xffff /* an asynchronous event request */

uint16_t hw_nvme_admin(struct hw_nvme *n, struct nvme_sqe *sqe,
		       uint32_t *result);
uint16_t hw_nvme_io(struct hw_nvme *n, struct nvme_sqe *sqe, uint32_t *result);

/* ---- nvme_data.c --------------------------------------------------------- */

/**
 * hw_nvme_data_map() - turn the data pointer into n->segs
 * @len: bytes of the transfer, 1..NVME_MAX_TRANSFER
 * Return: ST_OK or the status the specification asks for.
 */
uint16_t hw_nvme_data_map(struct hw_nvme *n, const struct nvme_sqe *sqe,
			  bool admin, uint32_t len);

/** hw_nvme_data_in() - host memory -> @buf (the device reads). */
uint16_t hw_nvme_data_in(struct hw_nvme *n, void *buf);

/** hw_nvme_data_out() - @buf -> host memory (the device writes). */
uint16_t hw_nvme_data_out(struct hw_nvme *n, const void *buf);

/* ---- nvme_store.c -------------------------------------------------------- */

/** hw_nvme_store_open() - NULL, or why the namespace cannot be held. */
const char *hw_nvme_store_open(struct hw_nvme *n);
void hw_nvme_store_close(struct hw_nvme *n);
void hw_nvme_store_flush(struct hw_nvme *n);

#endif
