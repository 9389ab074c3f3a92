/* SPDX-License-Identifier: MIT */
/*
 * <linux/nvme.h>: NVM Express on the wire.
 *
 * same: names, values and layouts of registers, commands, completions,
 *	identify data and status codes listed here
 * reduced: only what a PCI controller with the NVM command set uses; no
 *	fabrics, zoned, reservation or directive structures
 */
#ifndef _DMASIM_LINUX_NVME_H
#define _DMASIM_LINUX_NVME_H

#include <linux/types.h>
#include <linux/bits.h>
#include <linux/build_bug.h>

#define NVME_AQ_DEPTH 32
#define NVME_NR_AEN_COMMANDS 1
#define NVME_AQ_BLK_MQ_DEPTH (NVME_AQ_DEPTH - NVME_NR_AEN_COMMANDS)
#define NVME_AQ_MQ_TAG_DEPTH (NVME_AQ_BLK_MQ_DEPTH - 1)
#define NVME_DSM_MAX_RANGES 256
#define NVME_IDENTIFY_DATA_SIZE 4096
#define NVME_SUBSYS_RESET 0x4E564D65
#define NVME_NSID_ALL 0xffffffff
#define NVME_VS(major, minor, tertiary) \
	(((major) << 16) | ((minor) << 8) | (tertiary))

/* ---- registers ------------------------------------------------------------- */

enum {
	NVME_REG_CAP = 0x0000,
	NVME_REG_VS = 0x0008,
	NVME_REG_INTMS = 0x000c,
	NVME_REG_INTMC = 0x0010,
	NVME_REG_CC = 0x0014,
	NVME_REG_CSTS = 0x001c,
	NVME_REG_NSSR = 0x0020,
	NVME_REG_AQA = 0x0024,
	NVME_REG_ASQ = 0x0028,
	NVME_REG_ACQ = 0x0030,
	NVME_REG_CMBLOC = 0x0038,
	NVME_REG_CMBSZ = 0x003c,
	NVME_REG_CMBMSC = 0x0050,
	NVME_REG_CRTO = 0x0068,
	NVME_REG_DBS = 0x1000,
};

#define NVME_CAP_MQES(cap) ((cap)&0xffff)
#define NVME_CAP_TIMEOUT(cap) (((cap) >> 24) & 0xff)
#define NVME_CAP_STRIDE(cap) (((cap) >> 32) & 0xf)
#define NVME_CAP_NSSRC(cap) (((cap) >> 36) & 0x1)
#define NVME_CAP_CSS(cap) (((cap) >> 37) & 0xff)
#define NVME_CAP_MPSMIN(cap) (((cap) >> 48) & 0xf)
#define NVME_CAP_MPSMAX(cap) (((cap) >> 52) & 0xf)
#define NVME_CAP_CMBS(cap) (((cap) >> 57) & 0x1)

enum {
	NVME_CC_ENABLE = 1 << 0,
	NVME_CC_EN_SHIFT = 0,
	NVME_CC_CSS_SHIFT = 4,
	NVME_CC_MPS_SHIFT = 7,
	NVME_CC_AMS_SHIFT = 11,
	NVME_CC_SHN_SHIFT = 14,
	NVME_CC_IOSQES_SHIFT = 16,
	NVME_CC_IOCQES_SHIFT = 20,
	NVME_CC_CSS_NVM = 0 << NVME_CC_CSS_SHIFT,
	NVME_CC_CSS_CSI = 6 << NVME_CC_CSS_SHIFT,
	NVME_CC_SHN_NONE = 0 << NVME_CC_SHN_SHIFT,
	NVME_CC_SHN_NORMAL = 1 << NVME_CC_SHN_SHIFT,
	NVME_CC_SHN_MASK = 3 << NVME_CC_SHN_SHIFT,
	NVME_CC_IOSQES = 6 << NVME_CC_IOSQES_SHIFT,
	NVME_CC_IOCQES = 4 << NVME_CC_IOCQES_SHIFT,
	NVME_CAP_CSS_NVM = 1 << 0,
	NVME_CAP_CSS_CSI = 1 << 6,
	NVME_CSTS_RDY = 1 << 0,
	NVME_CSTS_CFS = 1 << 1,
	NVME_CSTS_NSSRO = 1 << 4,
	NVME_CSTS_PP = 1 << 5,
	NVME_CSTS_SHST_NORMAL = 0 << 2,
	NVME_CSTS_SHST_OCCUR = 1 << 2,
	NVME_CSTS_SHST_CMPLT = 2 << 2,
	NVME_CSTS_SHST_MASK = 3 << 2,
};

/* ---- commands -------------------------------------------------------------- */

enum nvme_opcode {
	nvme_cmd_flush = 0x00,
	nvme_cmd_write = 0x01,
	nvme_cmd_read = 0x02,
	nvme_cmd_write_zeroes = 0x08,
	nvme_cmd_dsm = 0x09,
};

enum nvme_admin_opcode {
	nvme_admin_delete_sq = 0x00,
	nvme_admin_create_sq = 0x01,
	nvme_admin_get_log_page = 0x02,
	nvme_admin_delete_cq = 0x04,
	nvme_admin_create_cq = 0x05,
	nvme_admin_identify = 0x06,
	nvme_admin_abort_cmd = 0x08,
	nvme_admin_set_features = 0x09,
	nvme_admin_get_features = 0x0a,
	nvme_admin_async_event = 0x0c,
	nvme_admin_keep_alive = 0x18,
	nvme_admin_dbbuf = 0x7C,
};

enum {
	NVME_QUEUE_PHYS_CONTIG = 1 << 0,
	NVME_CQ_IRQ_ENABLED = 1 << 1,
	NVME_SQ_PRIO_MEDIUM = 2 << 1,
	NVME_FEAT_NUM_QUEUES = 0x07,
	NVME_FEAT_ASYNC_EVENT = 0x0b,
	NVME_ID_CNS_NS = 0x00,
	NVME_ID_CNS_CTRL = 0x01,
	NVME_ID_CNS_NS_ACTIVE_LIST = 0x02,
	NVME_ID_CNS_NS_DESC_LIST = 0x03,
};

enum {
	NVME_CMD_FUSE_FIRST = 1 << 0,
	NVME_CMD_FUSE_SECOND = 1 << 1,
	NVME_CMD_SGL_METABUF = 1 << 6,
	NVME_CMD_SGL_METASEG = 1 << 7,
	NVME_CMD_SGL_ALL = NVME_CMD_SGL_METABUF | NVME_CMD_SGL_METASEG,
};

enum {
	NVME_RW_LR = 1 << 15,
	NVME_RW_FUA = 1 << 14,
	NVME_RW_APPEND_PIREMAP = 1 << 9,
	NVME_RW_PRINFO_PRCHK_REF = 1 << 10,
	NVME_RW_PRINFO_PRCHK_APP = 1 << 11,
	NVME_RW_PRINFO_PRCHK_GUARD = 1 << 12,
	NVME_RW_PRINFO_PRACT = 1 << 13,
	NVME_WZ_DEAC = 1 << 9,
	NVME_DSMGMT_IDR = 1 << 0,
	NVME_DSMGMT_AD = 1 << 2,
};

enum {
	NVME_SGL_FMT_DATA_DESC = 0x00,
	NVME_SGL_FMT_SEG_DESC = 0x02,
	NVME_SGL_FMT_LAST_SEG_DESC = 0x03,
};

struct nvme_sgl_desc {
	__le64 addr;
	__le32 length;
	__u8 rsvd[3];
	__u8 type;
};

union nvme_data_ptr {
	struct {
		__le64 prp1;
		__le64 prp2;
	};
	struct nvme_sgl_desc sgl;
};

struct nvme_common_command {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__le32 cdw2[2];
	__le64 metadata;
	union nvme_data_ptr dptr;
	__le32 cdw10;
	__le32 cdw11;
	__le32 cdw12;
	__le32 cdw13;
	__le32 cdw14;
	__le32 cdw15;
};

struct nvme_rw_command {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__le32 cdw2;
	__le32 cdw3;
	__le64 metadata;
	union nvme_data_ptr dptr;
	__le64 slba;
	__le16 length;
	__le16 control;
	__le32 dsmgmt;
	__le32 reftag;
	__le16 lbat;
	__le16 lbatm;
};

struct nvme_dsm_cmd {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__u64 rsvd2[2];
	union nvme_data_ptr dptr;
	__le32 nr;
	__le32 attributes;
	__u32 rsvd12[4];
};

struct nvme_dsm_range {
	__le32 cattr;
	__le32 nlb;
	__le64 slba;
};

struct nvme_write_zeroes_cmd {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__u64 rsvd2;
	__le64 metadata;
	union nvme_data_ptr dptr;
	__le64 slba;
	__le16 length;
	__le16 control;
	__le32 dsmgmt;
	__le32 reftag;
	__le16 lbat;
	__le16 lbatm;
};

struct nvme_identify {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__u64 rsvd2[2];
	union nvme_data_ptr dptr;
	__u8 cns;
	__u8 rsvd3;
	__le16 ctrlid;
	__le16 cnssid;
	__u8 rsvd11;
	__u8 csi;
	__u32 rsvd12[4];
};

struct nvme_features {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__le32 nsid;
	__u64 rsvd2[2];
	union nvme_data_ptr dptr;
	__le32 fid;
	__le32 dword11;
	__le32 dword12;
	__le32 dword13;
	__le32 dword14;
	__le32 dword15;
};

struct nvme_create_cq {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__u32 rsvd1[5];
	__le64 prp1;
	__u64 rsvd8;
	__le16 cqid;
	__le16 qsize;
	__le16 cq_flags;
	__le16 irq_vector;
	__u32 rsvd12[4];
};

struct nvme_create_sq {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__u32 rsvd1[5];
	__le64 prp1;
	__u64 rsvd8;
	__le16 sqid;
	__le16 qsize;
	__le16 sq_flags;
	__le16 cqid;
	__u32 rsvd12[4];
};

struct nvme_delete_queue {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__u32 rsvd1[9];
	__le16 qid;
	__u16 rsvd10;
	__u32 rsvd11[5];
};

struct nvme_abort_cmd {
	__u8 opcode;
	__u8 flags;
	__u16 command_id;
	__u32 rsvd1[9];
	__le16 sqid;
	__u16 cid;
	__u32 rsvd11[5];
};

struct nvme_command {
	union {
		struct nvme_common_command common;
		struct nvme_rw_command rw;
		struct nvme_identify identify;
		struct nvme_features features;
		struct nvme_create_cq create_cq;
		struct nvme_create_sq create_sq;
		struct nvme_delete_queue delete_queue;
		struct nvme_dsm_cmd dsm;
		struct nvme_write_zeroes_cmd write_zeroes;
		struct nvme_abort_cmd abort;
	};
};

union nvme_result {
	__le16 u16;
	__le32 u32;
	__le64 u64;
};

struct nvme_completion {
	union nvme_result result;
	__le16 sq_head;
	__le16 sq_id;
	__u16 command_id;
	__le16 status;
};

static_assert(sizeof(struct nvme_command) == 64);
static_assert(sizeof(struct nvme_completion) == 16);
static_assert(sizeof(struct nvme_sgl_desc) == 16);
static_assert(sizeof(struct nvme_dsm_range) == 16);

/* ---- identify ---------------------------------------------------------------- */

struct nvme_id_ctrl {
	__le16 vid;
	__le16 ssvid;
	char sn[20];
	char mn[40];
	char fr[8];
	__u8 rab;
	__u8 ieee[3];
	__u8 cmic;
	__u8 mdts;
	__le16 cntlid;
	__le32 ver;
	__u8 rsvd84[172];
	__le16 oacs;
	__u8 acl;
	__u8 aerl;
	__u8 rsvd260[12];
	__le32 hmpre;
	__le32 hmmin;
	__u8 rsvd280[232];
	__u8 sqes;
	__u8 cqes;
	__le16 maxcmd;
	__le32 nn;
	__le16 oncs;
	__le16 fuses;
	__u8 fna;
	__u8 vwc;
	__le16 awun;
	__le16 awupf;
	__u8 nvscc;
	__u8 nwpc;
	__le16 acwu;
	__u8 rsvd534[2];
	__le32 sgls;
	__u8 rsvd540[228];
	char subnqn[256];
	__u8 rsvd1024[3072];
};

static_assert(sizeof(struct nvme_id_ctrl) == 4096);
static_assert(offsetof(struct nvme_id_ctrl, mdts) == 77);
static_assert(offsetof(struct nvme_id_ctrl, oacs) == 256);
static_assert(offsetof(struct nvme_id_ctrl, hmpre) == 272);
static_assert(offsetof(struct nvme_id_ctrl, sqes) == 512);
static_assert(offsetof(struct nvme_id_ctrl, oncs) == 520);
static_assert(offsetof(struct nvme_id_ctrl, vwc) == 525);
static_assert(offsetof(struct nvme_id_ctrl, sgls) == 536);

enum {
	NVME_CTRL_ONCS_DSM = 1 << 2,
	NVME_CTRL_ONCS_WRITE_ZEROES = 1 << 3,
	NVME_CTRL_VWC_PRESENT = 1 << 0,
	NVME_CTRL_OACS_DBBUF_SUPP = 1 << 8,
	NVME_CTRL_SGLS_BYTE_ALIGNED = 1,
	NVME_CTRL_SGLS_DWORD_ALIGNED = 2,
	NVME_CTRL_SGLS_MSDS = 1 << 19,
};

struct nvme_lbaf {
	__le16 ms;
	__u8 ds;
	__u8 rp;
};

struct nvme_id_ns {
	__le64 nsze;
	__le64 ncap;
	__le64 nuse;
	__u8 nsfeat;
	__u8 nlbaf;
	__u8 flbas;
	__u8 mc;
	__u8 dpc;
	__u8 dps;
	__u8 nmic;
	__u8 rescap;
	__u8 fpi;
	__u8 dlfeat;
	__u8 rsvd34[12];
	__le16 noiob;
	__u8 rsvd48[80];
	struct nvme_lbaf lbaf[64];
	__u8 vs[3712];
};

static_assert(sizeof(struct nvme_id_ns) == 4096);
static_assert(offsetof(struct nvme_id_ns, noiob) == 46);
static_assert(offsetof(struct nvme_id_ns, lbaf) == 128);

/* ---- status --------------------------------------------------------------------- */

enum {
	NVME_SC_SUCCESS = 0x0,
	NVME_SC_INVALID_OPCODE = 0x1,
	NVME_SC_INVALID_FIELD = 0x2,
	NVME_SC_CMDID_CONFLICT = 0x3,
	NVME_SC_DATA_XFER_ERROR = 0x4,
	NVME_SC_INTERNAL = 0x6,
	NVME_SC_ABORT_REQ = 0x7,
	NVME_SC_ABORT_QUEUE = 0x8,
	NVME_SC_INVALID_NS = 0xb,
	NVME_SC_CMD_INTERRUPTED = 0x21,
	NVME_SC_LBA_RANGE = 0x80,
	NVME_SC_CAP_EXCEEDED = 0x81,
	NVME_SC_NS_NOT_READY = 0x82,
	NVME_SC_RESERVATION_CONFLICT = 0x83,
	NVME_SC_BAD_ATTRIBUTES = 0x180,
	NVME_SC_INVALID_PI = 0x181,
	NVME_SC_READ_ONLY = 0x182,
	NVME_SC_WRITE_FAULT = 0x280,
	NVME_SC_READ_ERROR = 0x281,
	NVME_SC_GUARD_CHECK = 0x282,
	NVME_SC_APPTAG_CHECK = 0x283,
	NVME_SC_REFTAG_CHECK = 0x284,
	NVME_SC_COMPARE_FAILED = 0x285,
	NVME_SC_ACCESS_DENIED = 0x286,
	NVME_SC_UNWRITTEN_BLOCK = 0x287,
	NVME_SC_HOST_PATH_ERROR = 0x370,
	NVME_SC_HOST_ABORTED_CMD = 0x371,

	NVME_SC_MASK = 0x00ff,
	NVME_SCT_MASK = 0x0700,
	NVME_SCT_SC_MASK = NVME_SCT_MASK | NVME_SC_MASK,
	NVME_STATUS_CRD = 0x1800,
	NVME_STATUS_MORE = 0x2000,
	NVME_STATUS_DNR = 0x4000,
};

#endif
