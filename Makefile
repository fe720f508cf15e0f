# make demo    builds Lite and lets a trained int8 network read pictures of digits
# make test    the whole test suite, cross builds under qemu included
# make build   build/host/literun: the program as it ships, for this machine
# make cross   build/aarch64/literun: the same for 64-bit ARM Linux
# make library build/host/liblite.{so,a} and build/aarch64/liblite.{so,a}: the C interface, lite.h
# make dist    packages of it all, and a checksum of each: build/dist
#   OPS="model.ptl …" with build, cross, library, dist: only the operators that these models need, in build/selection
# make install library, header and program into PREFIX (/usr/local), below DESTDIR if there is one
# make bench   tables of instruction counts and times: the example networks, or MODELS=folder
# make sanitize-thread  one model, eight threads and sessions, a thousand runs each, under ThreadSanitizer
# make sanitize  the whole test suite under AddressSanitizer and UndefinedBehaviorSanitizer
# make mutations  damaged models through the program as it ships: make mutations COUNT=100000 SEED=1 MODELS=folder
# make fuzz    libFuzzer on each target: make fuzz SECONDS=600 TARGETS="model operator"
# make setup   installs what all of these need (they do so themselves)
# make clean   removes everything that was built

.PHONY: selection test-selection setup setup-build setup-cross setup-hosts demo test build cross library library-host packages dist install bench models sanitize sanitize-thread mutations fuzz format clean
SHELL := /bin/sh
EMBEDDED := -c release --traits Embedded --experimental-lto-mode full
HOST := $(shell uname -m)
# All operators, or those that some models need: a copy of the sources without the others (docs/size.md).
OPS :=
SELECTED := $(if $(strip $(OPS)),yes)
OUT := $(if $(SELECTED),build/selection,build)
SCRATCH := $(if $(SELECTED),.build/selection/.build,.build)
PACKAGE := $(if $(SELECTED),--package-path .build/selection)
# What ships is linked against the libc of glibc 2.17: see scripts/glibc-stubs. Libraries of this system may want a newer one.
NATIVE := $(PACKAGE) --scratch-path $(SCRATCH)/embedded -Xswiftc -L$(CURDIR)/build/glibc/$(HOST) -Xlinker --allow-shlib-undefined
AARCH64 := --triple aarch64-none-none-elf --toolset cross/aarch64.json $(PACKAGE) --scratch-path $(SCRATCH)/aarch64 \
	-Xswiftc -L$(CURDIR)/build/glibc/aarch64 -Xlinker --allow-shlib-undefined
QEMU := qemu-aarch64 -L /

# A machine that is not Debian brings the packages itself.
INSTALL := $(if $(shell command -v dpkg-query),scripts/install-packages,: not Debian:)

setup: setup-cross

setup-build:
	@$(INSTALL) libzip-dev libc6-dev binutils

setup-cross: setup-build
	@$(INSTALL) qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross libc6-dev:arm64 libzip-dev:arm64

# What the hosts in Examples are compiled with, and checked.
setup-hosts: setup-cross
	@$(INSTALL) gcc g++ g++-aarch64-linux-gnu pkg-config cmake make valgrind python3 libpython3.11:arm64

$(addprefix build/glibc/,$(sort $(HOST) aarch64)): scripts/glibc-stubs
	scripts/glibc-stubs $(notdir $@)-linux-gnu $@

selection: setup-build
	@[ -x build/host/literun ] || $(MAKE) OPS= build
	scripts/select-operators build/host/literun .build/selection $(OPS)

build: setup-build build/glibc/$(HOST) $(if $(SELECTED),selection)
	swift build $(EMBEDDED) --product literun $(NATIVE)
	@mkdir -p $(OUT)/host
	strip -o $(OUT)/host/literun $(SCRATCH)/embedded/release/literun

cross: setup-cross build/glibc/aarch64 $(if $(SELECTED),selection)
	swift build $(EMBEDDED) --product literun $(AARCH64)
	@mkdir -p $(OUT)/aarch64
	aarch64-linux-gnu-strip -o $(OUT)/aarch64/literun $(SCRATCH)/aarch64/release/literun

library: library-host cross
	scripts/link-library $(SCRATCH)/aarch64/release $(OUT)/aarch64 aarch64-linux-gnu build/glibc/aarch64
	@$(if $(SELECTED),scripts/compare-sizes build $(OUT))

library-host: build
	scripts/link-library $(SCRATCH)/embedded/release $(OUT)/host $(HOST)-linux-gnu build/glibc/$(HOST)

dist: library packages

# From what is in build/host and build/aarch64, or in those of build/selection.
packages:
	scripts/make-packages $(OUT) $(OUT)/dist $(if $(SELECTED),lite-selection)

PREFIX := /usr/local
LIBDIR := lib
install: library-host
	scripts/install-files build/host "$(DESTDIR)" "$(PREFIX)" "$(LIBDIR)"

demo: build
	@Examples/digits/demo build/host/literun

test: setup-hosts dist
	scripts/check-sources
	scripts/check-program build/host/literun 1800000
	scripts/check-program build/host/liblite.so 1700000
	scripts/check-program build/aarch64/literun 1500000
	scripts/check-program build/aarch64/liblite.so 1450000
	Tests/Packages/run build/dist
	swift build $(EMBEDDED) --product KernelCheck $(AARCH64)
	$(QEMU) -cpu cortex-a53 .build/aarch64/release/KernelCheck
	$(QEMU) -cpu cortex-a76 .build/aarch64/release/KernelCheck
	$(QEMU) -cpu max,sve=off,sme=off .build/aarch64/release/KernelCheck
	swift build $(EMBEDDED) --product AllocationSweep $(NATIVE)
	LITE_SWEEP="$(CURDIR)/.build/embedded/release/AllocationSweep" \
	LITE_PROGRAMS="$(CURDIR)/build/host/literun|$(QEMU) -cpu cortex-a53 $(CURDIR)/build/aarch64/literun|$(QEMU) -cpu cortex-a76 $(CURDIR)/build/aarch64/literun" \
	swift test

# A program with the operators of the int8 digits gives the same bits as the one with all, and refuses the float digits.
test-selection: cross
	$(MAKE) cross OPS=Examples/digits/digits_int8.ptl
	scripts/test-selection "$(QEMU) build/aarch64/literun" "$(QEMU) build/selection/aarch64/literun" \
		Examples/digits/digits_float.ptl Examples/digits/heldout_images.npy Examples/digits/digits_int8.ptl

# Other models: make bench MODELS=folder
bench: build cross
	@MODELS="$(MODELS)" Benchmarks/run

# Models and recorded results kept outside of the repository: make models MODELS=folder
models: setup-build
	LITE_MODELS="$(MODELS)" swift test --filter RecordedModelTests

sanitize-thread: setup-build
	swift build --sanitize=thread --product ThreadCheck --scratch-path .build/thread
	.build/thread/debug/ThreadCheck Examples/digits/digits_int8.ptl 1000 1 1 1 8 8
	.build/thread/debug/ThreadCheck Examples/digits/digits_int8.ptl 200 2 16 1 8 8

# C is checked for undefined behaviour with traps; Swift traps by itself. Swift's runtime keeps what it makes once, so
# leaks are looked for by counting allocations instead (AllocationCheck).
sanitize: setup-build
	ASAN_OPTIONS=detect_leaks=0:suppressions=$(CURDIR)/Tests/asan.suppressions swift test --sanitize=address -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined \
	  -Xswiftc -DLITE_SEPARATE_BLOCKS --scratch-path .build/asan

COUNT := 100000
SEED := 1
mutations: build
	swift build -c release --product Mutations -Xswiftc -enable-testing --scratch-path .build/mutations
	.build/mutations/release/Mutations $(CURDIR)/build/host/literun $(COUNT) $(SEED) "$(MODELS)"

SECONDS := 60
fuzz: setup-build
	scripts/fuzz $(SECONDS) $(TARGETS)

format:
	swift-format format -i -r Package.swift Sources Tests

clean:
	rm -rf .build build
