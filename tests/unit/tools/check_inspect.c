/* SPDX-License-Identifier: MIT */
/*
 * Reads what "dmasim inspect" wrote: the JSON has the keys and types that
 * docs/inspect.md promises, all the way down; the SVG is well-formed XML.
 *
 *	check_inspect json FILE | svg FILE
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const char *path;

static void die(const char *what, const char *where)
{
	fprintf(stderr, "%s: %s: %s\n", path, what, where);
	exit(1);
}

/* ---- JSON ------------------------------------------------------------------------ */

static json_t *get(json_t *o, const char *key, json_type type)
{
	json_t *v = json_object_get(o, key);

	if (!v)
		die("no such key", key);
	/* Booleans have a type each. */
	if (type == JSON_TRUE ? !json_is_boolean(v) : json_typeof(v) != type)
		die("wrong type", key);
	return v;
}

static void need_hex(json_t *o, const char *key)
{
	const char *text = json_string_value(get(o, key, JSON_STRING));

	if (strncmp(text, "0x", 2) ||
	    strspn(text + 2, "0123456789abcdef") != strlen(text + 2))
		die("no hexadecimal number", key);
}

static void need(json_t *o, const char *keys, json_type type)
{
	char copy[256], *save = NULL, *key;

	snprintf(copy, sizeof(copy), "%s", keys);
	for (key = strtok_r(copy, " ", &save); key;
	     key = strtok_r(NULL, " ", &save)) {
		if (type == JSON_STRING)
			need_hex(o, key);
		else
			get(o, key, type);
	}
}

static void check_fields(json_t *array)
{
	json_t *f;
	size_t i, next = 0;

	json_array_foreach(array, i, f)
	{
		get(f, "name", JSON_STRING);
		get(f, "kind", JSON_STRING);
		need_hex(f, "value");
		/* From bit 0 on without a gap. */
		if ((size_t)json_integer_value(get(f, "low", JSON_INTEGER)) !=
		    next)
			die("a gap before",
			    json_string_value(json_object_get(f, "name")));
		next = json_integer_value(get(f, "high", JSON_INTEGER)) + 1;
	}
	if (next && next != 64)
		die("fields end early", "64");
}

static void check_entries(json_t *array, bool fields)
{
	const char *kind;
	json_t *e;
	size_t i;

	json_array_foreach(array, i, e)
	{
		kind = json_string_value(get(e, "kind", JSON_STRING));
		need(e, "level index nr", JSON_INTEGER);
		need(e, "table word first last", JSON_STRING);
		need(e, "read write", JSON_TRUE);
		if (!strcmp(kind, "leaf"))
			get(e, "leaves", JSON_INTEGER);
		if (!strcmp(kind, "leaf") || !strcmp(kind, "table"))
			need_hex(e, "target");
		if (!strcmp(kind, "broken"))
			get(e, "why", JSON_STRING);
		if (fields)
			check_fields(get(e, "fields", JSON_ARRAY));
		else if (!strcmp(kind, "table"))
			check_entries(get(e, "entries", JSON_ARRAY), false);
	}
}

static void check_cached(json_t *array)
{
	json_t *e;
	size_t i;

	json_array_foreach(array, i, e)
	{
		get(e, "kind", JSON_STRING);
		need(e, "domain pasid level", JSON_INTEGER);
		need(e, "first last target", JSON_STRING);
		need(e, "read write", JSON_TRUE);
	}
}

static void check_lists(json_t *o)
{
	json_t *e;
	size_t i;

	json_array_foreach(get(o, "mappings", JSON_ARRAY), i, e)
	{
		need(e, "operation size", JSON_INTEGER);
		get(e, "kind", JSON_STRING);
		need_hex(e, "iova");
		get(e, "live", JSON_TRUE);
	}
	json_array_foreach(get(o, "ranges", JSON_ARRAY), i, e)
	{
		need(e, "first last phys", JSON_STRING);
		need(e, "read write", JSON_TRUE);
		need(e, "leaves smallest largest", JSON_INTEGER);
	}
	check_cached(get(o, "iotlb", JSON_ARRAY));
	check_cached(get(o, "device_tlb", JSON_ARRAY));
	json_array_foreach(get(o, "walks", JSON_ARRAY), i, e)
	{
		need_hex(e, "addr");
		if (json_object_get(e, "refused"))
			continue;
		get(e, "verdict", JSON_STRING);
		check_entries(get(e, "entries", JSON_ARRAY), true);
	}
}

static void check_json(void)
{
	json_error_t error;
	json_t *o = json_load_file(path, 0, &error), *c;

	if (!o)
		die("no JSON", error.text);
	get(o, "device", JSON_STRING);
	need(o, "seed stopped", JSON_INTEGER);
	c = get(o, "context", JSON_OBJECT);
	get(c, "path", JSON_STRING);
	get(c, "format", JSON_STRING);
	need(c, "domain pasid levels granule_lg2 index_lg2 width",
	     JSON_INTEGER);
	need_hex(c, "root");
	need(c, "sign_extend cached stale", JSON_TRUE);
	check_entries(get(o, "tree", JSON_ARRAY), false);
	check_lists(o);
	need(get(o, "statistics", JSON_OBJECT),
	     "lookups hits misses walk_reads faults stale_hits deferred_hits invalidations iotlb_entries pte_writes pt_pages pt_pages_peak maps unmaps syncs",
	     JSON_INTEGER);
	if (!json_is_null(json_object_get(o, "cost"))) {
		c = get(o, "cost", JSON_OBJECT);
		get(c, "model", JSON_STRING);
		need(c, "ns device_ns", JSON_INTEGER);
		need(get(c, "steps", JSON_OBJECT),
		     "entry-write command wait mmio-write context-fetch walk-read",
		     JSON_INTEGER);
	}
	json_decref(o);
}

/* ---- XML: elements nest, attributes are quoted, no stray < or & ------------------- */

static const char *skip_name(const char *at)
{
	while (isalnum((unsigned char)*at) || *at == '-' || *at == ':')
		at++;
	return at;
}

/* Return: behind the attributes. */
static const char *skip_attributes(const char *at)
{
	while (*at == ' ') {
		const char *end = NULL;

		at = skip_name(at + 1);
		if (at[0] == '=' && at[1] == '"')
			end = strchr(at + 2, '"');
		if (!end || memchr(at, '<', (size_t)(end - at)))
			die("no attribute", at);
		at = end + 1;
	}
	return at;
}

static void check_xml(const char *at)
{
	unsigned int depth = 0, elements = 0;
	char open[32][32];

	while ((at = strpbrk(at, "<&"))) {
		bool ends = at[1] == '/';
		const char *name = at + 1 + ends, *end = skip_name(name);
		size_t len = (size_t)(end - name);

		if (*at == '&' || !len || len > 31 || depth == 31)
			die("no element", at);
		if (ends) {
			if (!depth || strlen(open[depth - 1]) != len ||
			    memcmp(open[depth - 1], name, len) || *end != '>')
				die("an end that nothing began", at);
			depth--;
		} else {
			end = skip_attributes(end);
			elements++;
			if (*end == '>') {
				memcpy(open[depth], name, len);
				open[depth++][len] = '\0';
			} else if (strncmp(end, "/>", 2)) {
				die("an element goes wrong", end);
			}
		}
		at = end;
	}
	if (depth || !elements)
		die("elements stay open", depth ? open[depth - 1] : "none");
}

static void check_svg(void)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);
	size_t len;

	if (!f || !text)
		die("cannot be read", "");
	len = fread(text, 1, (1 << 20) - 1, f);
	if (!len || text[len - 1] != '\n' || strlen(text) != len)
		die("is cut off", "");
	if (strncmp(text, "<svg ", 5))
		die("is no svg", text);
	check_xml(text);
	free(text);
	fclose(f);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	path = argv[2];
	if (!strcmp(argv[1], "json"))
		check_json();
	else
		check_svg();
	puts("good");
	return 0;
}
