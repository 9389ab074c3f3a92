/* SPDX-License-Identifier: MIT */
/*
 * A picture of a domain: where its addresses are mapped, by leaves of what size,
 * with which rights, and which tables say so.
 *
 *	tables	one row a level, the root on top; a box spans what it decides about
 *	leaves	one row; colour: size, hatched: not writable, dashed: not readable,
 *		pale: neither
 *	caches	a row each for the IOTLB and the device's own TLB, if they hold
 *		translations; red: what memory says differs
 *	addresses	below each piece: where it begins, how large it is
 *
 * Address spaces are nearly empty, so the width of a piece grows with the
 * logarithm of its size; holes, drawn narrow and grey, likewise. Pieces are
 * neighbouring leaves of one size and one set of rights. With more than
 * MAX_PIECES those with the smallest holes between them are joined.
 *
 * V1  Pieces are drawn in ascending order and cover the whole address space.
 * V2  Colours come from a style sheet with a light and a dark set.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"

#define MAX_PIECES 120
#define MAX_TABLES 100000

#define LEFT 84 /* room for the names of rows */
#define TOP 64
#define ROW 26
#define BAR 44
#define CACHE 16 /* a row of cached translations */
#define RIGHT 24

/* Classes of leaves, by what the style sheet knows. */
static const struct {
	const char *name;
} classes[] = { { "leaf0" }, { "group0" }, { "leaf1" }, { "group1" },
		{ "leaf2" }, { "mixed" },  { "broken" } };

enum { LEAF0, GROUP0, LEAF1, GROUP1, LEAF2, MIXED, BROKEN, NR_CLASSES };

/**
 * struct piece - a stretch of the address space
 * @mapped: not a hole
 * @class: index of classes[]
 * @x, @width: where it is drawn
 */
struct piece {
	uint64_t first, last;
	bool mapped, read, write;
	unsigned int class;
	uint64_t leaves, size; /* of a leaf; 0: several sizes */
	char why[96];
	double x, width;
};

struct box {
	unsigned int level;
	uint64_t first, last, table;
};

/* Cached translations that are neighbours, lead on, and are stale or not alike. */
struct kept {
	uint64_t first, last, target, nr;
	uint32_t pasid;
	bool stale;
};

enum { IOTLB, DEVICE_TLB, NR_CACHES };
static const char *const cache_names[NR_CACHES] = { "IOTLB", "device TLB" };

struct cache {
	struct kept *kept;
	size_t nr, room;
};

struct picture {
	const struct inspect_view *view;
	struct dmasim_iommu_context c;
	struct piece *piece;
	size_t nr, room;
	struct box *box;
	size_t nr_boxes, room_boxes;
	struct cache cache[NR_CACHES];
	struct cache *into;
	bool seen_stale;
	bool no_memory, tables_left_out;
	bool seen[NR_CLASSES], seen_read_only, seen_write_only, seen_neither;
	double width;
};

/* ---- collecting ------------------------------------------------------------------ */

static void *more(struct picture *p, void *array, size_t nr, size_t *room,
		  size_t size)
{
	void *larger;

	if (nr < *room)
		return array;
	*room = *room ? 2 * *room : 64;
	larger = realloc(array, *room * size);
	if (!larger)
		p->no_memory = true;
	return larger ? larger : array;
}

static unsigned int class_of(const struct picture *p,
			     const struct dmasim_iommu_entry *e)
{
	uint64_t own = 1ull << (p->c.granule_lg2 + p->c.index_lg2 * e->level);
	uint64_t size = (e->last - e->first + 1) / e->leaves;

	if (e->level > 1)
		return LEAF2;
	if (e->level)
		return size > own ? GROUP1 : LEAF1;
	return size > own ? GROUP0 : LEAF0;
}

static void add_piece(struct picture *p, const struct dmasim_iommu_entry *e)
{
	struct piece piece = {
		.first = e->first,
		.last = e->last,
		.mapped = true,
		.read = e->read,
		.write = e->write,
		.leaves = e->leaves,
		.class = BROKEN,
	};
	struct piece *before = p->nr ? &p->piece[p->nr - 1] : NULL;

	if (e->kind == DMASIM_ENTRY_LEAF) {
		piece.class = class_of(p, e);
		piece.size = (e->last - e->first + 1) / e->leaves;
	} else {
		memcpy(piece.why, e->why, sizeof(piece.why));
	}
	if (before && before->last + 1 == piece.first &&
	    before->size == piece.size && before->class == piece.class &&
	    piece.class != BROKEN && before->read == piece.read &&
	    before->write == piece.write) {
		before->last = piece.last;
		before->leaves += piece.leaves;
		return;
	}
	p->piece = more(p, p->piece, p->nr, &p->room, sizeof(*p->piece));
	if (!p->no_memory)
		p->piece[p->nr++] = piece;
}

static void add_box(struct picture *p, unsigned int level, uint64_t first,
		    uint64_t last, uint64_t table)
{
	if (p->nr_boxes == MAX_TABLES) {
		p->tables_left_out = true;
		return;
	}
	p->box = more(p, p->box, p->nr_boxes, &p->room_boxes, sizeof(*p->box));
	if (!p->no_memory)
		p->box[p->nr_boxes++] =
			(struct box){ level, first, last, table };
}

static bool collect(void *ctx, const struct dmasim_iommu_entry *e)
{
	struct picture *p = ctx;

	if (e->kind == DMASIM_ENTRY_TABLE)
		add_box(p, e->level, e->first, e->last, e->target);
	else
		add_piece(p, e);
	return !p->no_memory;
}

/* Does memory lead elsewhere? Asked of this device's tables, without PASID. */
static bool is_stale(const struct picture *p,
		     const struct dmasim_iommu_cached *c)
{
	struct dmasim_iommu_walk walk;

	if (c->pasid || dmasim_iommu_walk(p->view->dev, c->first, &walk))
		return false;
	return walk.verdict || walk.phys != c->target;
}

static bool collect_cached(void *ctx, const struct dmasim_iommu_cached *c)
{
	struct picture *p = ctx;
	struct cache *into = p->into;
	struct kept *last = into->nr ? &into->kept[into->nr - 1] : NULL;
	bool stale;

	if (c->table || c->absent)
		return true;
	stale = is_stale(p, c);
	p->seen_stale |= stale;
	if (last && last->last + 1 == c->first && last->pasid == c->pasid &&
	    last->target + (c->first - last->first) == c->target &&
	    last->stale == stale) {
		last->last = c->last;
		last->nr++;
		return true;
	}
	into->kept =
		more(p, into->kept, into->nr, &into->room, sizeof(*into->kept));
	if (!p->no_memory)
		into->kept[into->nr++] = (struct kept){
			c->first, c->last, c->target, 1, c->pasid, stale,
		};
	return !p->no_memory;
}

static void collect_caches(struct picture *p)
{
	p->into = &p->cache[IOTLB];
	dmasim_iommu_visit_cached(p->view->dev, collect_cached, p);
	p->into = &p->cache[DEVICE_TLB];
	dmasim_iommu_visit_device_tlb(p->view->dev, collect_cached, p);
}

/* ---- fewer pieces, holes between them, widths ----------------------------------------- */

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static void join(struct piece *into, const struct piece *p)
{
	if (into->class != p->class || into->size != p->size)
		into->size = 0;
	if (into->class != p->class)
		into->class = into->class == BROKEN || p->class == BROKEN ?
				      BROKEN :
				      MIXED;
	if (p->why[0])
		memcpy(into->why, p->why, sizeof(into->why));
	into->last = p->last;
	into->leaves += p->leaves;
	into->read |= p->read;
	into->write |= p->write;
}

/* Join what lies closest until there are no more than MAX_PIECES. */
static void join_close_ones(struct picture *p)
{
	uint64_t *gap, limit;
	size_t i, nr = 0, keep = MAX_PIECES - 1;

	if (p->nr <= MAX_PIECES)
		return;
	gap = malloc(p->nr * sizeof(*gap));
	if (!gap) {
		p->no_memory = true;
		return;
	}
	for (i = 1; i < p->nr; i++)
		gap[i - 1] = p->piece[i].first - p->piece[i - 1].last - 1;
	qsort(gap, p->nr - 1, sizeof(*gap), compare_u64);
	limit = gap[keep - 1];
	for (i = 0; i < p->nr - 1 && gap[i] > limit; i++)
		keep--;
	free(gap);
	/* All gaps above the limit stay, and as many that are equal as fit. */
	for (i = 1; i < p->nr; i++) {
		uint64_t here = p->piece[i].first - p->piece[nr].last - 1;

		if (here > limit || (here == limit && keep && keep--))
			p->piece[++nr] = p->piece[i];
		else
			join(&p->piece[nr], &p->piece[i]);
	}
	p->nr = nr + 1;
}

static uint64_t last_address(const struct picture *p)
{
	if (p->c.width >= 64 || p->c.sign_extend)
		return UINT64_MAX;
	return (1ull << p->c.width) - 1;
}

static void insert_holes(struct picture *p)
{
	struct piece *all = calloc(2 * p->nr + 1, sizeof(*all));
	uint64_t next = 0, last = last_address(p);
	bool more_to_come = true;
	size_t nr = 0, i;

	if (!all) {
		p->no_memory = true;
		return;
	}
	for (i = 0; i < p->nr; i++) {
		if (p->piece[i].first > next)
			all[nr++] =
				(struct piece){ .first = next,
						.last = p->piece[i].first - 1 };
		all[nr++] = p->piece[i];
		more_to_come = p->piece[i].last < last;
		next = p->piece[i].last + 1;
	}
	if (more_to_come)
		all[nr++] = (struct piece){ .first = next, .last = last };
	free(p->piece);
	p->piece = all;
	p->nr = nr;
	p->room = 2 * p->nr + 1;
}

static unsigned int lg2(uint64_t size)
{
	return size ? 63 - (unsigned int)__builtin_clzll(size) : 64;
}

static void lay_out(struct picture *p)
{
	double x = LEFT;
	size_t i;

	for (i = 0; i < p->nr; i++) {
		struct piece *s = &p->piece[i];
		unsigned int bits = lg2(s->last - s->first + 1);

		bits = bits > p->c.granule_lg2 ? bits - p->c.granule_lg2 : 0;
		/* With few pieces there is room for what is written below. */
		s->width = s->mapped ? 14 + 3.5 * bits : 10 + 1.2 * bits;
		if (p->nr <= 24 && s->width < 78)
			s->width = s->mapped ? 78 : 62;
		s->x = x;
		x += s->width;
		if (!s->mapped)
			continue;
		p->seen[s->class] = true;
		p->seen_read_only |= s->read && !s->write;
		p->seen_write_only |= s->write && !s->read;
		p->seen_neither |= s->class != BROKEN && !s->read && !s->write;
	}
	p->width = x + RIGHT;
	if (p->width < 640)
		p->width = 640;
}

/* Where an address is drawn; inside a piece in proportion. */
static double x_of(const struct picture *p, uint64_t addr, bool end)
{
	size_t low = 0, high = p->nr - 1;
	const struct piece *s;
	double part;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->piece[middle].last < addr)
			low = middle + 1;
		else
			high = middle;
	}
	s = &p->piece[low];
	part = ((double)(addr - s->first) + (end ? 1 : 0)) /
	       ((double)(s->last - s->first) + 1);
	return s->x + s->width * part;
}

/* ---- drawing -------------------------------------------------------------------------- */

static const char *size_text(uint64_t size, char buf[24])
{
	static const char units[] = "BKMGTPE";
	double value = (double)size;
	unsigned int u = 0;

	if (!size)
		value = 18446744073709551616.0;
	while (value >= 1024 && u < 6) {
		value /= 1024;
		u++;
	}
	snprintf(buf, 24, value == (uint64_t)value ? "%.0f%c" : "%.1f%c", value,
		 units[u]);
	return buf;
}

/* Spelled out in every rule: not all viewers know variables. */
struct palette {
	const char *ground, *ink, *soft, *hole, *line, *table;
	const char *leaf[3], *group[2], *mixed, *kept, *broken;
};

static void colours(const struct palette *c, FILE *to)
{
	unsigned int i;

	fprintf(to,
		"svg { background: %s; }\n"
		"text { fill: %s; }\n"
		".soft { fill: %s; }\n"
		".hole { fill: %s; stroke: %s; }\n"
		".table { fill: %s; stroke: %s; }\n",
		c->ground, c->ink, c->soft, c->hole, c->line, c->table,
		c->ground);
	for (i = 0; i < 3; i++)
		fprintf(to, ".leaf%u { fill: %s; }\n", i, c->leaf[i]);
	for (i = 0; i < 2; i++)
		fprintf(to, ".group%u { fill: %s; }\n", i, c->group[i]);
	fprintf(to,
		".mixed { fill: %s; }\n"
		".kept { fill: %s; }\n"
		".broken { fill: %s; }\n"
		".piece { stroke: %s; }\n"
		".wo { stroke: %s; }\n"
		".stripe { fill: %s; }\n",
		c->mixed, c->kept, c->broken, c->ground, c->ink, c->ground);
}

static void style(FILE *to)
{
	static const struct palette light = {
		.ground = "#ffffff",
		.ink = "#1f2328",
		.soft = "#59636e",
		.hole = "#eef0f2",
		.line = "#c4cad1",
		.table = "#dfe5ec",
		.leaf = { "#2f74c0", "#d9822b", "#8458b3" },
		.group = { "#1d9a9a", "#b5a11c" },
		.mixed = "#7a828b",
		.kept = "#4f9d5d",
		.broken = "#cf2e2e",
	};
	static const struct palette dark = {
		.ground = "#14181d",
		.ink = "#e6e9ec",
		.soft = "#9aa4ae",
		.hole = "#22282f",
		.line = "#46505a",
		.table = "#303944",
		.leaf = { "#5b9bdf", "#eba14f", "#aa85d6" },
		.group = { "#3fbdbd", "#d3c04a" },
		.mixed = "#98a1aa",
		.kept = "#6fbf7d",
		.broken = "#f06060",
	};

	fputs("<style>\n"
	      "text { font: 11px sans-serif; }\n"
	      ".title { font-size: 15px; font-weight: 600; }\n"
	      ".soft { font-size: 10px; }\n"
	      ".hole { stroke-width: .5; }\n"
	      ".table, .piece { stroke-width: 1; }\n"
	      ".wo { stroke-width: 1.5; stroke-dasharray: 3 2; }\n"
	      ".neither { opacity: .4; }\n"
	      ".stripe { opacity: .65; }\n",
	      to);
	colours(&light, to);
	fputs("@media (prefers-color-scheme: dark) {\n", to);
	colours(&dark, to);
	fputs("}\n</style>\n"
	      "<defs><pattern id=\"ro\" width=\"6\" height=\"6\" "
	      "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	      "<rect class=\"stripe\" width=\"1.6\" height=\"6\"/>"
	      "</pattern></defs>\n",
	      to);
}

static double bar_y(const struct picture *p)
{
	return TOP + ROW * p->c.levels + 6;
}

static void draw_tables(const struct picture *p, FILE *to)
{
	unsigned int level;
	size_t i;

	for (level = 0; level < p->c.levels; level++) {
		double y = TOP + ROW * (p->c.levels - 1 - level);

		fprintf(to,
			"<text class=\"soft\" x=\"8\" y=\"%.1f\">%s %u</text>\n",
			y + 16,
			level == p->c.levels - 1 ? "root, level" : "level",
			level);
	}
	/* The root is no entry's table, but spans everything. */
	fprintf(to,
		"<rect class=\"table\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"3\">"
		"<title>root 0x%" PRIx64 "</title></rect>\n",
		LEFT, TOP,
		p->piece[p->nr - 1].x + p->piece[p->nr - 1].width - LEFT,
		ROW - 4, p->c.root);
	for (i = 0; i < p->nr_boxes; i++) {
		const struct box *b = &p->box[i];
		/* An entry of this level points to a table of the next. */
		double y = TOP + ROW * (p->c.levels - b->level);
		double from = x_of(p, b->first, false);
		double width = x_of(p, b->last, true) - from;

		/* Too small to be seen among its neighbours. */
		if (width < .4)
			continue;
		fprintf(to,
			"<rect class=\"table\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\">"
			"<title>table 0x%" PRIx64 " for 0x%" PRIx64
			" to 0x%" PRIx64 "</title></rect>\n",
			from, y, width, ROW - 4, b->table, b->first, b->last);
	}
}

/* Below the labels of the leaves. */
static double cache_y(const struct picture *p, unsigned int nr)
{
	double y = bar_y(p) + BAR + 34;
	unsigned int i;

	for (i = 0; i < nr; i++)
		y += p->cache[i].nr ? CACHE + 6 : 0;
	return y;
}

static void draw_cache(const struct picture *p, unsigned int nr, FILE *to)
{
	const struct cache *c = &p->cache[nr];
	double y = cache_y(p, nr), from, width;
	char size[24];
	size_t i;

	if (!c->nr)
		return;
	fprintf(to, "<text class=\"soft\" x=\"8\" y=\"%.1f\">%s</text>\n",
		y + CACHE / 2 + 4, cache_names[nr]);
	for (i = 0; i < c->nr; i++) {
		const struct kept *k = &c->kept[i];

		from = x_of(p, k->first, false);
		width = x_of(p, k->last, true) - from;
		/* In a hole, or alone in a large piece: still to be seen. */
		if (width < 3)
			width = 3;
		fprintf(to,
			"<rect class=\"%s piece\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"><title>",
			k->stale ? "broken" : "kept", from, y, width, CACHE);
		if (k->pasid)
			fprintf(to, "PASID %" PRIu32 ": ", k->pasid);
		fprintf(to,
			"%s%" PRIu64 " cached, 0x%" PRIx64 " to 0x%" PRIx64
			", %s, -> 0x%" PRIx64 "</title></rect>\n",
			k->stale ? "stale: " : "", k->nr, k->first, k->last,
			size_text(k->last - k->first + 1, size), k->target);
	}
}

static void draw_piece(const struct picture *p, const struct piece *s, FILE *to)
{
	char all[24], one[24];
	double y = bar_y(p);
	const char *rights = "";

	if (s->mapped && s->class != BROKEN && !s->read)
		rights = s->write ? " wo" : " neither";
	size_text(s->last - s->first + 1, all);
	fprintf(to,
		"<rect class=\"%s%s%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\">",
		s->mapped ? classes[s->class].name : "hole",
		s->mapped ? " piece" : "", rights, s->x, y, s->width, BAR);
	fprintf(to, "<title>0x%" PRIx64 " to 0x%" PRIx64 ", %s: ", s->first,
		s->last, all);
	if (!s->mapped)
		fputs("nothing", to);
	else if (s->class == BROKEN)
		fprintf(to, "broken, %s", s->why);
	else if (s->size)
		fprintf(to, "%" PRIu64 " leaves of %s, %s%s", s->leaves,
			size_text(s->size, one), s->read ? "r" : "-",
			s->write ? "w" : "-");
	else
		fprintf(to, "%" PRIu64 " leaves of several sizes, %s%s",
			s->leaves, s->read ? "r" : "-", s->write ? "w" : "-");
	fputs("</title></rect>\n", to);
	if (s->mapped && s->read && !s->write)
		fprintf(to,
			"<rect fill=\"url(#ro)\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" pointer-events=\"none\"/>\n",
			s->x, y, s->width, BAR);
}

static void draw_labels(const struct picture *p, FILE *to)
{
	double free_from[2] = { 0, 0 };
	char size[24];
	size_t i;

	for (i = 0; i < p->nr; i++) {
		const struct piece *s = &p->piece[i];
		double y = bar_y(p) + BAR;

		/* Labels that would lie on each other are left out. */
		if (s->mapped && s->x >= free_from[0]) {
			fprintf(to,
				"<text class=\"soft\" x=\"%.1f\" y=\"%.1f\">0x%" PRIx64
				"</text>\n",
				s->x, y + 13, s->first);
			free_from[0] = s->x + 76;
		}
		if (s->width < 36)
			continue;
		size_text(s->last - s->first + 1, size);
		fprintf(to,
			"<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
			s->x + s->width / 2, y + 27, size);
	}
}

/* The next item, on a new line if it would not fit. */
static void legend_item(const struct picture *p, FILE *to, double *x, double *y,
			const char *class, bool hatched, const char *what)
{
	double width = 34 + 6.2 * (double)strlen(what);

	if (*x + width > p->width) {
		*x = LEFT;
		*y += 20;
	}
	fprintf(to,
		"<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"12\"/>\n",
		class, *x, *y);
	if (hatched)
		fprintf(to,
			"<rect fill=\"url(#ro)\" x=\"%.1f\" y=\"%.1f\" width=\"14\" height=\"12\"/>\n",
			*x, *y);
	fprintf(to, "<text x=\"%.1f\" y=\"%.1f\">%s</text>\n", *x + 19, *y + 10,
		what);
	*x += width;
}

static void draw_legend(const struct picture *p, FILE *to)
{
	double x = LEFT, y = cache_y(p, NR_CACHES) + 10;
	char size[24], text[64];
	unsigned int i;

	for (i = 0; i < NR_CLASSES; i++) {
		unsigned int level = i == LEAF0 || i == GROUP0 ? 0 :
				     i == LEAF2		       ? 2 :
								 1;

		if (!p->seen[i])
			continue;
		size_text(1ull << (p->c.granule_lg2 + p->c.index_lg2 * level),
			  size);
		snprintf(text, sizeof(text),
			 i == MIXED  ? "leaves of several kinds" :
			 i == BROKEN ? "broken entry" :
			 i == LEAF2  ? "leaves of %s and more" :
			 i == GROUP0 || i == GROUP1 ?
				      "leaves of several entries of %s" :
				      "leaves of %s",
			 size);
		legend_item(p, to, &x, &y, classes[i].name, false, text);
	}
	if (p->seen_read_only)
		legend_item(p, to, &x, &y, "mixed", true, "device only reads");
	if (p->seen_write_only)
		legend_item(p, to, &x, &y, "mixed wo", false,
			    "device only writes");
	if (p->seen_neither)
		legend_item(p, to, &x, &y, "leaf0 neither", false, "no rights");
	if (p->cache[IOTLB].nr || p->cache[DEVICE_TLB].nr)
		legend_item(p, to, &x, &y, "kept", false, "cached");
	if (p->seen_stale)
		legend_item(p, to, &x, &y, "broken", false,
			    "cached, and memory says otherwise");
	legend_item(p, to, &x, &y, "table", false, "table");
	legend_item(p, to, &x, &y, "hole", false, "nothing mapped");
}

static void draw(const struct picture *p, FILE *to)
{
	double height = cache_y(p, NR_CACHES) + 56;
	size_t i;

	fprintf(to,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n",
		p->width, height, p->width, height);
	fprintf(to, "<title>Domain %u of %s</title>\n", p->c.domain,
		dmasim_device_name(p->view->dev));
	style(to);
	fprintf(to,
		"<text class=\"title\" x=\"8\" y=\"24\">%s: domain %u, %s, %u levels, %u bits</text>\n",
		dmasim_device_name(p->view->dev), p->c.domain, p->c.format,
		p->c.levels, p->c.width);
	fprintf(to,
		"<text class=\"soft\" x=\"8\" y=\"42\">Widths grow with the logarithm of sizes.%s</text>\n",
		p->tables_left_out ? " Not all tables are drawn." : "");
	draw_tables(p, to);
	fprintf(to, "<text class=\"soft\" x=\"8\" y=\"%.1f\">leaves</text>\n",
		bar_y(p) + BAR / 2 + 4);
	for (i = 0; i < p->nr; i++)
		draw_piece(p, &p->piece[i], to);
	draw_labels(p, to);
	for (i = 0; i < NR_CACHES; i++)
		draw_cache(p, (unsigned int)i, to);
	draw_legend(p, to);
	fputs("</svg>\n", to);
}

int inspect_svg(const struct inspect_view *view, FILE *to)
{
	struct picture p = { .view = view };
	int ret = dmasim_iommu_get_context(view->dev, &p.c);

	if (!ret)
		ret = dmasim_iommu_visit(view->dev, true, collect, &p);
	if (ret) {
		fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
		goto out;
	}
	collect_caches(&p);
	if (!p.no_memory)
		join_close_ones(&p);
	if (!p.no_memory)
		insert_holes(&p);
	if (p.no_memory) {
		fprintf(stderr, "dmasim: no memory for the picture\n");
		goto out;
	}
	lay_out(&p);
	draw(&p, to);
out:
	free(p.piece);
	free(p.box);
	free(p.cache[IOTLB].kept);
	free(p.cache[DEVICE_TLB].kept);
	return ret || p.no_memory;
}
