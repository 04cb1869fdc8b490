// libFuzzer as a library: its driver runs a given function over inputs. The toolchain has no header of it.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *bytes, size_t count));
