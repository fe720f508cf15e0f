# make demo    builds Lite and lets a trained int8 network read pictures of digits
# make test    the whole test suite, cross builds under qemu included
# make build   build/host/literun: the program as it ships, for this machine
# make cross   build/aarch64/literun: the same for 64-bit ARM Linux
# make library build/host/liblite.so and build/aarch64/liblite.so: the C interface, lite.h
# make bench   tables of instruction counts and times: the example networks, or MODELS=folder
# make sanitize-thread  one model, eight threads and sessions, a thousand runs each, under ThreadSanitizer
# make fuzz    libFuzzer on each target: make fuzz SECONDS=600 TARGETS="model operator"
# make setup   installs what all of these need (they do so themselves)
# make clean   removes everything that was built

.PHONY: setup setup-build setup-cross demo test build cross library bench models sanitize-thread fuzz format clean
SHELL := /bin/sh
EMBEDDED := -c release --traits Embedded --experimental-lto-mode full
AARCH64 := --triple aarch64-none-none-elf --toolset cross/aarch64.json --scratch-path .build/aarch64
QEMU := qemu-aarch64 -L /

# A machine that is not Debian brings the packages itself.
INSTALL := $(if $(shell command -v dpkg-query),scripts/install-packages,: not Debian:)

setup: setup-cross

setup-build:
	@$(INSTALL) libzip-dev libc6-dev binutils

setup-cross: setup-build
	@$(INSTALL) qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross libc6-dev:arm64 libzip-dev:arm64

build: setup-build
	swift build $(EMBEDDED) --product literun --scratch-path .build/embedded
	@mkdir -p build/host
	strip -o build/host/literun .build/embedded/release/literun

cross: setup-cross
	swift build $(EMBEDDED) --product literun $(AARCH64)
	@mkdir -p build/aarch64
	aarch64-linux-gnu-strip -o build/aarch64/literun .build/aarch64/release/literun

library: build cross
	scripts/link-library .build/embedded/release build/host/liblite.so strip
	scripts/link-library .build/aarch64/release build/aarch64/liblite.so aarch64-linux-gnu-strip --target=aarch64-linux-gnu

demo: build
	@Examples/digits/demo build/host/literun

test: library
	scripts/check-sources
	scripts/check-program build/host/literun readelf 1800000
	scripts/check-program build/host/liblite.so readelf 1650000
	scripts/check-program build/aarch64/literun aarch64-linux-gnu-readelf 1500000
	scripts/check-program build/aarch64/liblite.so aarch64-linux-gnu-readelf 1400000
	swift build $(EMBEDDED) --product KernelCheck $(AARCH64)
	$(QEMU) -cpu cortex-a53 .build/aarch64/release/KernelCheck
	$(QEMU) -cpu cortex-a76 .build/aarch64/release/KernelCheck
	$(QEMU) -cpu max,sve=off,sme=off .build/aarch64/release/KernelCheck
	swift build $(EMBEDDED) --product AllocationSweep --scratch-path .build/embedded
	LITE_SWEEP="$(CURDIR)/.build/embedded/release/AllocationSweep" \
	LITE_PROGRAMS="$(CURDIR)/build/host/literun|$(QEMU) -cpu cortex-a53 $(CURDIR)/build/aarch64/literun|$(QEMU) -cpu cortex-a76 $(CURDIR)/build/aarch64/literun" \
	swift test

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

SECONDS := 60
fuzz: setup-build
	scripts/fuzz $(SECONDS) $(TARGETS)

format:
	swift-format format -i -r Package.swift Sources Tests

clean:
	rm -rf .build build
