/* Runs a model that lies inside a larger file, with a library that is loaded while the program runs: what an Android
 * application does, whose models are assets in its APK.
 *
 *     cc asset.c -o asset -ldl
 *     ./asset ./liblite.so bundle.apk 4096 85000 pictures/3.pgm
 *
 * On Android the descriptor, the offset and the length come from AAsset_openFileDescriptor64, for an asset that is stored
 * without compression (aaptOptions { noCompress "ptl" }), and the library is System.loadLibrary's or dlopen("liblite.so"). */
#include <dlfcn.h>
#include <fcntl.h>
#include <lite.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../c/picture.h"

/* The functions that this program uses. */
#define FUNCTIONS(with) \
  with(abi_version) with(init) with(status_name) with(model_open_descriptor) with(model_release) with(session_create) \
  with(session_destroy) with(session_bind_input) with(session_run) with(session_output)

typedef struct lite_functions {
#define FIELD(name) __typeof__(lite_##name) *name;
  FUNCTIONS(FIELD)
} lite_functions;

/* Finds every function. NULL, or the name of one that the library does not have. */
static const char *load(void *library, lite_functions *lite) {
#define FIND(function) \
  { \
    void *symbol = dlsym(library, "lite_" #function); \
    if (!symbol) return "lite_" #function; \
    memcpy(&lite->function, &symbol, sizeof symbol); \
  }
  FUNCTIONS(FIND)
  return NULL;
}

/* Opens the model, runs it on the picture and writes the scores to stdout, as they are. */
static int run(const lite_functions *lite, int descriptor, uint64_t offset, uint64_t length, const picture *picture) {
  int result = 1;
  lite_model *model = NULL;
  lite_session *session = NULL;
  lite_tensor_view input, output;
  lite_error error;
  lite->init(&error, sizeof error);
  lite->init(&input, sizeof input);
  lite->init(&output, sizeof output);
  input.dtype = LITE_FLOAT32;
  input.rank = 4;
  input.shape[0] = 1;
  input.shape[1] = picture->channels;
  input.shape[2] = picture->height;
  input.shape[3] = picture->width;
  input.data = picture->values;
  input.byte_count = sizeof(float) * (size_t)picture->channels * (size_t)picture->height * (size_t)picture->width;

  lite_status status = lite->model_open_descriptor(descriptor, offset, length, NULL, &model, &error);
  close(descriptor); /* the model needs it no more */
  if (!status) status = lite->session_create(model, NULL, &session, &error);
  if (!status) status = lite->session_bind_input(session, 0, &input, &error);
  if (!status) status = lite->session_run(session, &error);
  if (!status) status = lite->session_output(session, 0, &output, &error);
  if (status) {
    fprintf(stderr, "%s: %s\n", lite->status_name(status), error.message);
  } else {
    result = fwrite(output.data, 1, output.byte_count, stdout) != output.byte_count;
  }
  lite->session_destroy(session);
  lite->model_release(model);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: asset LIBRARY BUNDLE OFFSET LENGTH PICTURE.pgm > SCORES\n");
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int result = 1;
  picture picture = {0, 0, 0, NULL};
  lite_functions lite;
  const char *missing = load(library, &lite);
  const char *problem = picture_read(argv[5], &picture);
  int descriptor = open(argv[2], O_RDONLY | O_CLOEXEC);
  if (missing) {
    fprintf(stderr, "%s has no %s\n", argv[1], missing);
  } else if (lite.abi_version() != LITE_ABI_VERSION) {
    fprintf(stderr, "%s has interface %d, this program needs %d\n", argv[1], (int)lite.abi_version(), LITE_ABI_VERSION);
  } else if (problem) {
    fprintf(stderr, "%s: %s\n", argv[5], problem);
  } else if (descriptor < 0) {
    perror(argv[2]);
  } else {
    result = run(&lite, descriptor, strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10), &picture);
    descriptor = -1;
  }
  if (descriptor >= 0) close(descriptor);
  free(picture.values);
  dlclose(library);
  return result;
}
