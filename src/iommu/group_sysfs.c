/* SPDX-License-Identifier: MIT */
/*
 * What users see of a group, and the one thing that they can change.
 * Models the attributes of /sys/kernel/iommu_groups/<n>, 6.17. Reduced: who may
 * write is not asked.
 *
 *	type              identity, DMA, DMA-FQ, unmanaged, blocked; writable
 *	reserved_regions  "0x%016llx 0x%016llx name", last address inclusive
 *	name              only if somebody gave one
 *
 * Locks: group->mutex while a value is read or written.
 * Tests: tests/unit/iommu/test_groups.c, test_resv.c
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "iommu/group.h"

static struct iommu_group *to_group(struct kobject *kobj)
{
	return container_of(kobj, struct iommu_group, kobj);
}

static const char *type_name(const struct iommu_domain *domain)
{
	if (!domain)
		return "unknown";
	switch (domain->type) {
	case IOMMU_DOMAIN_BLOCKED:
		return "blocked";
	case IOMMU_DOMAIN_IDENTITY:
		return "identity";
	case IOMMU_DOMAIN_UNMANAGED:
		return "unmanaged";
	case IOMMU_DOMAIN_DMA:
		return "DMA";
	case IOMMU_DOMAIN_DMA_FQ:
		return "DMA-FQ";
	}
	return "unknown";
}

static ssize_t type_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct iommu_group *group = to_group(kobj);
	ssize_t len;

	mutex_lock(&group->mutex);
	len = sysfs_emit(buf, "%s\n", type_name(group->head.default_domain));
	mutex_unlock(&group->mutex);
	return len;
}

static ssize_t type_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t count)
{
	static const struct {
		const char *name;
		unsigned int type;
	} known[] = {
		{ "identity", IOMMU_DOMAIN_IDENTITY },
		{ "DMA", IOMMU_DOMAIN_DMA },
		{ "DMA-FQ", IOMMU_DOMAIN_DMA_FQ },
		{ "auto", 0 },
	};
	struct iommu_group *group = to_group(kobj);
	size_t len = count && buf[count - 1] == '\n' ? count - 1 : count;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == len &&
		    !memcmp(known[i].name, buf, len))
			break;
	if (i == ARRAY_SIZE(known))
		return -EINVAL;
	mutex_lock(&group->mutex);
	ret = iommu_group_set_type(group, known[i].type);
	mutex_unlock(&group->mutex);
	return ret ?: count;
}

static ssize_t regions_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	static const char *const names[] = {
		[IOMMU_RESV_DIRECT] = "direct",
		[IOMMU_RESV_DIRECT_RELAXABLE] = "direct-relaxable",
		[IOMMU_RESV_RESERVED] = "reserved",
		[IOMMU_RESV_MSI] = "msi",
		[IOMMU_RESV_SW_MSI] = "msi",
	};
	struct iommu_resv_region *region, *next;
	LIST_HEAD(regions);
	int len = 0, ret;

	ret = iommu_get_group_resv_regions(to_group(kobj), &regions);
	list_for_each_entry_safe(region, next, &regions, list) {
		len += sysfs_emit_at(buf, len, "0x%016llx 0x%016llx %s\n",
				     (u64)region->start,
				     (u64)(region->start + region->length - 1),
				     names[region->type]);
		kfree(region);
	}
	return ret ?: len;
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct iommu_group *group = to_group(kobj);
	ssize_t len = 0;

	mutex_lock(&group->mutex);
	if (group->name)
		len = sysfs_emit(buf, "%s\n", group->name);
	mutex_unlock(&group->mutex);
	return len;
}

static struct kobj_attribute type_attr = __ATTR_RW(type);
static struct kobj_attribute regions_attr =
	__ATTR(reserved_regions, 0444, regions_show, NULL);
static struct kobj_attribute name_attr = __ATTR_RO(name);

static struct attribute *group_attrs[] = {
	&type_attr.attr,
	&regions_attr.attr,
	&name_attr.attr,
	NULL,
};

static const struct attribute_group group_attr_group = { .attrs = group_attrs };

static const struct attribute_group *group_attr_groups[] = {
	&group_attr_group,
	NULL,
};

struct kobject *iommu_group_kobj(struct iommu_group *group)
{
	return &group->kobj;
}

static void release(struct kobject *kobj)
{
	iommu_group_free(to_group(kobj));
}

const struct kobj_type iommu_group_ktype = {
	.release = release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = group_attr_groups,
};
