/*
 * Rules of the gate on repairs of red checks: the tests and linters that were
 * red are still there, and still look.  No action of this version uses them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate.h"
#include "xalloc.h"

#define EMPTY_BLOB "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static bool
any_glob(const char *name, const char *const *globs)
{
	for (; *globs != NULL; globs++)
		if (fnmatch(*globs, name, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

/* Is one of the folders on its way called so? */
static bool
is_below(const char *path, const char *const *folders)
{
	const char *const *f;
	size_t n;

	for (; path[n = strcspn(path, "/")] == '/'; path += n + 1)
		for (f = folders; *f != NULL; f++)
			if (strlen(*f) == n && strncasecmp(path, *f, n) == 0)
				return true;
	return false;
}

static bool
is_test(const char *path)
{
	static const char *const folders[] = {"test", "tests", "__tests__",
	    "spec", "specs", "e2e", "testdata", "testing", "t", NULL};
	static const char *const names[] = {"test_*", "*_test.*", "*.test.*",
	    "*.spec.*", "*_spec.*", "*test.java", "*tests.java", "*test.kt",
	    "*it.java", "*tests.cs", "*test.cs", "*test.php", "*tests.swift",
	    "*.bats", "conftest.py", NULL};

	return is_below(path, folders) || any_glob(base_name(path), names);
}

/* The same content is another test now. */
static bool
has_moved(const struct gate *g, const struct gate_change *c)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (!gate_is_there(g->list[i].old_mode) &&
		    strcmp(g->list[i].new_oid, c->old_oid) == 0 &&
		    is_test(g->list[i].path))
			return true;
	return false;
}

int
rule_tests(const struct gate *g, const struct gate_change *c, struct fail *why)
{
	if (!gate_is_there(c->old_mode) || !is_test(c->path))
		return 0;
	if (!gate_is_there(c->new_mode) && !has_moved(g, c))
		return gate_refuse(
		    g, why, NULL, "takes the test %.200s away", c->path);
	if (strcmp(c->new_oid, EMPTY_BLOB) == 0)
		return gate_refuse(
		    g, why, NULL, "empties the test %.200s", c->path);
	if (gate_is_mode(c->old_mode, "100755") && gate_is_there(c->new_mode) &&
	    !gate_is_mode(c->new_mode, "100755"))
		return gate_refuse(g, why, NULL,
		    "makes that the test %.200s is not run", c->path);
	return 0;
}

/* Lines. */

struct pattern {
	const char *files; /* endings, each with a blank behind it; NULL: any */
	const char *text;
};

/* The table of what skips a test, or runs only some; published in
 * oompa-push(1). */
static const struct pattern skips[] = {
    {".py ", "pytest.skip"},
    {".py ", "pytest.mark.skip"},
    {".py ", "pytest.mark.xfail"},
    {".py ", "pytest.importorskip"},
    {".py ", "unittest.skip"},
    {".py ", "unittest.expectedFailure"},
    {".py ", ".skipTest("},
    {".py ", "SkipTest"},
    {".java .kt .groovy .scala ", "@Disabled"},
    {".java .kt .groovy .scala ", "@Ignore"},
    {".java .kt .groovy .scala ", "assumeTrue(false"},
    {".go ", ".Skip("},
    {".go ", ".Skipf("},
    {".go ", ".SkipNow("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", ".skip("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", ".skip."},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", ".only("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", ".todo("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", ".fixme("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "xit("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "xtest("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "xdescribe("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "fit("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "fdescribe("},
    {".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue ", "passWithNoTests"},
    {".rs ", "#[ignore"},
    {".c .cc .cpp .cxx .h .hpp .hh ", "DISABLED_"},
    {".c .cc .cpp .cxx .h .hpp .hh ", "GTEST_SKIP("},
    {".bats .sh .bash ", "skip"},
    {".rb ", "xit "},
    {".rb ", "xdescribe "},
    {".rb ", "xcontext "},
    {".rb ", "pending"},
    {".rb ", "skip"},
    {".php ", "markTestSkipped("},
    {".php ", "markTestIncomplete("},
    {".cs ", "[Ignore"},
    {".cs ", "Skip ="},
    {".cs ", "Assert.Ignore("},
    {".swift ", "XCTSkip"},
    {".ex .exs ", "@tag :skip"},
    {".ex .exs ", "@moduletag :skip"},
    {".t .pl ", "skip_all"},
    {".t .pl ", "SKIP:"},
    {".dart ", "skip:"},
    {NULL, NULL},
};

/* What tells a linter or compiler to look away. */
static const struct pattern silences[] = {
    {NULL, "nolint"},
    {NULL, "NOLINT"},
    {NULL, "NOLINTNEXTLINE"},
    {NULL, "eslint-disable"},
    {NULL, "biome-ignore"},
    {NULL, "stylelint-disable"},
    {NULL, "@ts-ignore"},
    {NULL, "@ts-nocheck"},
    {NULL, "@ts-expect-error"},
    {NULL, "istanbul ignore"},
    {NULL, "c8 ignore"},
    {NULL, "noqa"},
    {NULL, "type: ignore"},
    {NULL, "pylint: disable"},
    {NULL, "mypy: ignore"},
    {NULL, "pragma: no cover"},
    {NULL, "nosec"},
    {NULL, "NOSONAR"},
    {NULL, "shellcheck disable"},
    {NULL, "rubocop:disable"},
    {NULL, "phpcs:ignore"},
    {NULL, "phpstan-ignore"},
    {NULL, "cppcheck-suppress"},
    {NULL, "pragma warning disable"},
    {NULL, "pragma warning(disable"},
    {NULL, "diagnostic ignored"},
    {NULL, "-Wno-"},
    {NULL, "-fpermissive"},
    {NULL, "@SuppressWarnings"},
    {NULL, "@SuppressFBWarnings"},
    {NULL, "@Suppress("},
    {NULL, "#[allow("},
    {NULL, "#![allow("},
    {NULL, "continue-on-error: true"},
    {NULL, "allow_failure: true"},
    {NULL, NULL},
};

/* Is the file's ending one of the list? */
static bool
ends_in(const char *path, const char *endings)
{
	const char *dot = strrchr(base_name(path), '.');
	size_t n;

	for (; dot != NULL && *endings != '\0'; endings += n + 1) {
		n = strcspn(endings, " ");
		if (strlen(dot) == n && strncasecmp(dot, endings, n) == 0)
			return true;
	}
	return false;
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Not inside of another word: "benefit(" is no "fit(". */
static bool
stands_in(const char *text, size_t len, const char *what)
{
	size_t n = strlen(what), at;
	const char *p = text;

	while ((p = memmem(p, len - (size_t)(p - text), what, n)) != NULL) {
		at = (size_t)(p - text);
		if ((at == 0 || !is_word(*what) ||
			(!is_word(p[-1]) && p[-1] != '.') ||
			!islower((unsigned char)*what)) &&
		    (!is_word(what[n - 1]) || what[n - 1] == '_' ||
			at + n == len || !is_word(p[n])))
			return true;
		p++;
	}
	return false;
}

static const char *
any_pattern(
    const struct pattern *p, const char *path, const char *text, size_t len)
{
	for (; p->text != NULL; p++)
		if ((p->files == NULL || ends_in(path, p->files)) &&
		    stands_in(text, len, p->text))
			return p->text;
	return NULL;
}

int
rule_skips_line(const struct gate *g, const struct gate_change *c,
    const char *text, size_t len, struct fail *why)
{
	const char *found = any_pattern(skips, c->path, text, len);

	return found == NULL ? 0
			     : gate_refuse(g, why, NULL, "adds '%s' to %.150s",
				   found, c->path);
}

int
rule_lint_line(const struct gate *g, const struct gate_change *c,
    const char *text, size_t len, struct fail *why)
{
	const char *found = ends_in(c->path, ".md .rst .txt .adoc ")
				? NULL
				: any_pattern(silences, c->path, text, len);

	return found == NULL ? 0
			     : gate_refuse(g, why, NULL, "adds '%s' to %.150s",
				   found, c->path);
}

/* Files. */

static bool
is_lint_file(const char *path)
{
	static const char *const folders[] = {".circleci", ".buildkite",
	    ".tekton", ".semgrep", ".husky", "workflows", NULL};
	static const char *const names[] = {".eslintrc*", "eslint.config.*",
	    ".eslintignore", ".golangci.*", ".flake8", ".pylintrc", "pylintrc",
	    "ruff.toml", ".ruff.toml", "mypy.ini", ".mypy.ini", "pytest.ini",
	    "tox.ini", ".coveragerc", "clippy.toml", ".clippy.toml",
	    "rustfmt.toml", ".rustfmt.toml", "deny.toml", ".clang-tidy",
	    ".clang-format", ".shellcheckrc", ".rubocop*.yml", ".prettierrc*",
	    ".prettierignore", ".stylelintrc*", "tsconfig*.json", "biome.json*",
	    "jest.config.*", "vitest.config.*", "karma.conf.*",
	    "playwright.config.*", "checkstyle*.xml", "pmd*.xml",
	    "spotbugs*.xml", "detekt*.yml", "phpstan*", "phpunit.xml*",
	    ".pre-commit-config.yaml", "codecov.y*ml", ".codecov.y*ml",
	    "sonar-project.properties", ".markdownlint*", ".yamllint*",
	    ".hadolint.y*ml", ".gitlab-ci.y*ml", "azure-pipelines.y*ml",
	    "jenkinsfile", ".travis.yml", ".drone.yml", "appveyor.yml",
	    ".ci-operator.yaml", NULL};

	return is_below(path, folders) || any_glob(base_name(path), names);
}

/* The tables of linters and test runners in a file that has others, too. */
static void
lint_tables(struct buf *b, const char *s)
{
	static const char *const tables[] = {"[tool.ruff*", "[tool.mypy*",
	    "[[]tool.mypy*", "[tool.pylint*", "[tool.pytest*",
	    "[tool.coverage*", "[tool.isort*", "[tool.black*", "[tool.flake8*",
	    "[tool.bandit*", "[flake8*", "[mypy*", "[pylint*", "[pycodestyle*",
	    "[isort*", "[tool:pytest*", "[coverage:*", "[lints*",
	    "[workspace.lints*", NULL};
	bool in = false;
	char *line;
	size_t n, i;

	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		if (*s == '[') {
			line = xstrndup(s + strspn(s, "["), n);
			for (in = false, i = 0; tables[i] != NULL && !in; i++)
				in = fnmatch(
					 tables[i] + strspn(tables[i], "[]"),
					 line, 0) == 0;
			free(line);
		}
		if (in && n != 0)
			buf_add(b, s, n + (s[n] == '\n'));
	}
}

static int
read_tables(
    const struct gate *g, const char *oid, struct buf *tables, struct fail *why)
{
	const char *args[] = {"cat-file", "blob", oid, NULL};
	struct buf text = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &text, why);

	if (r == 0)
		lint_tables(tables, text.data);
	buf_free(&text);
	return r;
}

/* Are they what they were?  1, 0 or -1. */
static int
same_tables(const struct gate *g, const struct gate_change *c, struct fail *why)
{
	struct buf before = BUF_INIT(BUF_ANY), after = BUF_INIT(BUF_ANY);
	int r = 0;

	if (gate_is_there(c->old_mode))
		r = read_tables(g, c->old_oid, &before, why);
	if (r == 0 && gate_is_there(c->new_mode))
		r = read_tables(g, c->new_oid, &after, why);
	if (r == 0)
		r = strcmp(before.data, after.data) == 0;
	buf_free(&before);
	buf_free(&after);
	return r;
}

int
rule_lint(const struct gate *g, const struct gate_change *c, struct fail *why)
{
	static const char *const mixed[] = {
	    "pyproject.toml", "setup.cfg", "cargo.toml", NULL};
	int r = 1;

	if (any_glob(base_name(c->path), mixed))
		r = same_tables(g, c, why);
	if (r == -1)
		return -1;
	return r == 1 && !is_lint_file(c->path)
		   ? 0
		   : gate_refuse(g, why, NULL,
			 "changes how checks are done, in %.150s", c->path);
}
