# GNU make.  "make DEV=1" turns warnings into errors; "make help" lists the
# targets.

VERSION = 0.1.0
PREFIX  = /usr/local
BINDIR  = $(PREFIX)/bin
MANDIR  = $(PREFIX)/share/man
SHAREDIR = $(PREFIX)/share
B       = build

CC      = cc
CFLAGS  = -O2 -g
PKGS    = libcurl libcjson libcrypto
HARDEN  = -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
	  -fstack-clash-protection -fcf-protection -fPIE -fno-common
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
	  -Wformat=2 -Wmissing-prototypes -Wstrict-prototypes \
	  -Wold-style-definition -Wpointer-arith -Wundef -Wvla \
	  -Wwrite-strings -Wswitch-enum -Wimplicit-fallthrough \
	  -Wnull-dereference -Wdouble-promotion
GCC_WARN = -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	  -Wformat-overflow=2 -Wtrampolines -Wbidi-chars=any
# clang refuses these.
WARN    += $(if $(findstring Free Software,$(shell $(CC) --version)),$(GCC_WARN))
WARN    += $(if $(DEV),-Werror)
# -iquote, not -I: "x.h" is ours and <x.h> stays the system's.
# As words of a shell inside single quotes, for xargs.
LANGUAGE_QUOTED = -std=c17 -D_GNU_SOURCE -DVERSION=\"$(VERSION)\"
LANGUAGE = -std=c17 -D_GNU_SOURCE -DVERSION='"$(VERSION)"'
INCLUDE = -iquote lib -iquote $B/gen $(PKG_CFLAGS)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
PKG_LIBS   := $(shell pkg-config --libs $(PKGS))
ALL_CFLAGS = $(LANGUAGE) $(INCLUDE) $(HARDEN) $(WARN) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed $(LDFLAGS)
LDLIBS  = $(PKG_LIBS) -lm

CMDS    = $(notdir $(patsubst %/main.c,%,$(wildcard cmd/*/main.c)))
LIB     = $(patsubst lib/%.c,$B/lib/%.o,$(wildcard lib/*.c))
SRC     = $(wildcard cmd/*/*.c lib/*.c scripts/*.c tests/helper/*.c tests/fuzz/*.c)
HEADERS = $(wildcard cmd/*/*.h lib/*.h)
EMBEDDED = $(sort $(wildcard lib/queries/* lib/prompts/* lib/schema/*))
PAGES   = $(patsubst man/%,$B/man/%,$(wildcard man/*.[1-9]))
SH      = $(wildcard scripts/oompa scripts/demo scripts/check scripts/deps tests/run tests/bench tests/fuzz/check)
INSTALLED = $(CMDS) oompa
FUZZ    = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
# Functions on the command line, for the tests; fast.c is loaded by them.
HELPERS = $(patsubst tests/%.c,$B/%,$(filter-out %/fast.c,$(wildcard tests/helper/*.c)))

all: $(CMDS:%=$B/bin/%) $B/bin/oompa $(PAGES) $(HELPERS)

# A command is its folder's objects and the library.
define COMMAND_RULE
$B/bin/$(1): $(patsubst %.c,$B/%.o,$(wildcard cmd/$(1)/*.c)) $B/liboompa.a
	@mkdir -p $$(@D)
	@echo '  LD      $$@'
	@$$(CC) $$(ALL_LDFLAGS) $$(CFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach c,$(CMDS),$(eval $(call COMMAND_RULE,$(c))))

# The gate, without the command around it.
GATE = $(addprefix cmd/oompa-push/,gate.c rules.c tests.c commit.c leak.c rewrite.c added.c)
$B/helper/gate: $(GATE:%.c=$B/%.o)

$B/helper/%: $B/tests/helper/%.o $B/liboompa.a
	@mkdir -p $(@D)
	@echo '  LD      $@'
	@$(CC) $(ALL_LDFLAGS) $(CFLAGS) -o $@ \
	    $(filter-out %.a,$^) $(filter %.a,$^) $(LDLIBS)

$B/liboompa.a: $(LIB)
	@echo '  AR      $@'
	@rm -f $@
	@$(AR) rcs $@ $^

$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	@echo '  CC      $@'
	@$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags make other objects.
$B/flags: FORCE
	@mkdir -p $B
	@echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || \
	    echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' > $@

$B/lib/embed.o: $B/gen/embed_files.h
$B/lib/embed.o: WARN += -Wno-overlength-strings

$B/gen/embed_files.h: scripts/embed.awk $(EMBEDDED)
	@mkdir -p $(@D)
	@echo '  GEN     $@'
	@awk -f scripts/embed.awk $(EMBEDDED) > $@.tmp
	@mv $@.tmp $@

# The option table for what is not C: the driver, the man pages, completions.
$B/gen/options: $B/scripts/options.o $B/liboompa.a
	@mkdir -p $(@D)
	@echo '  LD      $@'
	@$(CC) $(ALL_LDFLAGS) $(CFLAGS) -o $@ $^ $(LDLIBS)

$B/bin/oompa: scripts/oompa $(wildcard scripts/oompa.d/*.sh) $B/gen/options
	@mkdir -p $(@D)
	@echo '  GEN     $@'
	@$B/gen/options driver < scripts/oompa > $@.tmp
	@chmod 755 $@.tmp
	@mv $@.tmp $@

$B/man/%: man/% $B/gen/options
	@mkdir -p $(@D)
	@echo '  GEN     $@'
	@$B/gen/options man < $< > $@.tmp
	@mv $@.tmp $@

-include $(wildcard $B/lib/*.d $B/cmd/*/*.d $B/scripts/*.d $B/tests/helper/*.d)

FORCE:

# Of what make starts itself.
JOBS    = -j$(shell nproc)

# The suite plain, then again on a build that stops at the first bad access.
check: check-plain check-san check-fuzz

check-plain: all
	B=$B tests/run

SAN_FLAGS = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	  -fno-sanitize-recover=all
check-san:
	$(MAKE) $(JOBS) B=build/san HARDEN=-fPIE CFLAGS='$(SAN_FLAGS)' \
	    LDFLAGS='-fsanitize=address,undefined' all
	B=build/san tests/run --san

# oompa-push, cut off at each of its requests; check does every second one.
check-cut: all
	OOMPA_TEST_CUT=all B=$B tests/run tests/bats/cut.bats

# A taste of fuzzing, the same each time; "make fuzz" is the meal.
RUNS    = 50000
check-fuzz: $(FUZZ:%=$B/fuzz/%)
	@$(MAKE) -s -k $(JOBS) -Otarget $(FUZZ:%=check-fuzz-%)

check-fuzz-%: $B/fuzz/%
	@B=$B tests/fuzz/check $* $(RUNS)

# Everything that can be said about the code without running it.
lint: lint-format lint-layers lint-warnings lint-tidy lint-cppcheck lint-shell lint-man lint-words

lint-format:
	clang-format --dry-run --Werror $(SRC) $(HEADERS)

lint-layers:
	awk -f scripts/layers.awk lib/*.h lib/*.c

# Both compilers, all warnings.
lint-warnings:
	$(MAKE) -s $(JOBS) CC=gcc DEV=1 B=build/gcc all
	$(MAKE) -s $(JOBS) CC=clang DEV=1 B=build/clang all

# One file a call: several give false findings (LLVM bug 41311).
lint-tidy: $B/gen/embed_files.h
	@printf '%s\n' $(SRC) | xargs -P $$(nproc) -I{} sh -c \
	    'clang-tidy --quiet {} -- $(LANGUAGE_QUOTED) $(INCLUDE) 2>/dev/null || \
	    { echo "clang-tidy: {}"; exit 1; }'

lint-cppcheck: $B/gen/embed_files.h
	cppcheck --quiet --enable=warning,style,performance,portability \
	    --inline-suppr --suppress=variableScope --suppress=constParameterCallback \
	    --suppress=varFuncNullUB \
	    --suppress=knownConditionTrueFalse \
	    --std=c11 --error-exitcode=1 -Ilib -I$B/gen cmd lib scripts

# What helpers and bats set in one place and tests read in another.
BATS_NOISE = -e SC2030,SC2031,SC2154
lint-shell: $B/bin/oompa
	shellcheck $(filter-out scripts/oompa,$(SH)) $B/bin/oompa
	shfmt -d -i 0 -p $(filter-out scripts/oompa,$(SH)) $B/bin/oompa
	shellcheck -s bash $(BATS_NOISE) tests/bats/*.bats tests/bats/*.bash \
	    tests/helper/*.bash .ci/run

lint-man: $(PAGES)
	mandoc -T lint -W warning $(PAGES)

lint-words:
	codespell -q 3 -L nd,xdescribe,pullrequest,pullrequests README.md SECURITY.md man lib \
	    cmd scripts Makefile

# Fuzzing: SECS seconds for each target.  The kept inputs are only read.
SECS    = 60
fuzz: $(FUZZ:%=$B/fuzz/%)
	@for f in $(FUZZ); do \
	    kept=tests/fuzz/inputs/$$f; \
	    test -d $$kept || kept=; \
	    mkdir -p $B/corpus/$$f; \
	    $B/fuzz/$$f -max_total_time=$(SECS) -print_final_stats=0 \
		-artifact_prefix=$B/fuzz/$$f- -verbosity=0 -close_fd_mask=1 \
		$B/corpus/$$f $$kept || exit 1; \
	done

# Those of a command take its files as well.
FUZZED_strip = cmd/oompa-work/strip.c cmd/oompa-work/lex.c
FUZZED_gate = $(GATE)
$(foreach f,$(FUZZ),$(eval $B/fuzz/$f: $(FUZZED_$f)))
# Small pieces, so that there are some.
$B/fuzz/gate: FUZZ_CFLAGS = -DPIECE=1000

# The library is built once for all of them.
FUZZ_LIB = $B/fuzz/lib/liboompa.a
$(FUZZ_LIB): $(wildcard lib/*.[ch]) $(EMBEDDED)
	@$(MAKE) -s CC=clang B=$(@D) HARDEN=-fPIE \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined' $@

$B/fuzz/%: tests/fuzz/%.c $(FUZZ_LIB)
	@mkdir -p $(@D)
	@echo '  LD      $@'
	@clang $(LANGUAGE) $(INCLUDE) -g -O1 \
	    -fsanitize=fuzzer,address,undefined $(FUZZ_CFLAGS) \
	    -o $@ $< $(FUZZED_$*) $(FUZZ_LIB) $(LDLIBS)

# How much time and memory the programs take, on recorded input; prints,
# never fails.
bench: all
	tests/bench $B

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 \
	    $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 \
	    $(DESTDIR)$(SHAREDIR)/bash-completion/completions
	install $(INSTALLED:%=$B/bin/%) $(DESTDIR)$(BINDIR)
	for page in $(PAGES); do \
	    install -m 644 $$page $(DESTDIR)$(MANDIR)/man$${page##*.}; \
	done
	$B/gen/options complete > \
	    $(DESTDIR)$(SHAREDIR)/bash-completion/completions/oompa
	chmod 644 $(DESTDIR)$(SHAREDIR)/bash-completion/completions/oompa
	for c in $(CMDS); do \
	    ln -sf oompa \
		$(DESTDIR)$(SHAREDIR)/bash-completion/completions/$$c; \
	done

uninstall:
	cd $(DESTDIR)$(BINDIR) && rm -f $(INSTALLED)
	for page in $(notdir $(PAGES)); do \
	    rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page; \
	done
	cd $(DESTDIR)$(SHAREDIR)/bash-completion/completions && \
	    rm -f $(INSTALLED)

dist:
	git archive --prefix=oompa-$(VERSION)/ -o oompa-$(VERSION).tar.gz HEAD

demo: all
	sh scripts/demo

# What the tests fetched once stays: distclean drops that too.
clean:
	test ! -d build || find build -mindepth 1 -maxdepth 1 \
	    ! -name test-cache -exec rm -rf {} +

distclean:
	rm -rf build tests/node_modules

help:
	@echo 'all check lint fuzz bench install uninstall dist demo clean distclean'
	@echo 'check-plain check-san: the suite on one build'
	@echo 'check-cut: oompa-push, cut off at each of its requests'
	@echo 'DEV=1: warnings are errors; B=dir: another build directory'

.PHONY: all check check-plain check-san check-fuzz check-cut lint lint-format lint-layers \
    lint-warnings lint-tidy lint-cppcheck lint-shell lint-man lint-words fuzz \
    bench install uninstall dist demo clean distclean help FORCE
.SECONDARY:
