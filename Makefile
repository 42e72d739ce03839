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
SH      = $(wildcard scripts/oompa scripts/demo scripts/check scripts/deps tests/run)
DEFS    = lib/options.def lib/commands.def

all: $(CMDS:%=$B/bin/%) $B/bin/oompa $(PAGES)

# A command is its folder's objects and the library.
define COMMAND_RULE
$B/bin/$(1): $(patsubst %.c,$B/%.o,$(wildcard cmd/$(1)/*.c)) $B/liboompa.a
	@mkdir -p $$(@D)
	@echo '  LD      $$@'
	@$$(CC) $$(ALL_LDFLAGS) $$(CFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach c,$(CMDS),$(eval $(call COMMAND_RULE,$(c))))

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

$B/bin/oompa: scripts/oompa $B/gen/options
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

-include $(wildcard $B/lib/*.d $B/cmd/*/*.d $B/scripts/*.d)

FORCE:

clean:
	rm -rf build

.PHONY: all clean FORCE
.SECONDARY:
