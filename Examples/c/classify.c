/* Tells what a picture shows: reads it, runs a network on it, prints the most probable classes.
 *
 *     cc classify.c -o classify -llite
 *     ./classify digits_int8.ptl pictures/3.pgm
 *
 * The network takes float32 of shape 1 × channels × height × width from 0 to 1, and returns a probability for each class.
 * A third argument names a file for the probabilities as they are: float32, as many as classes. */
#include <lite.h>
#include <stdio.h>
#include <stdlib.h>

#include "picture.h"

static int print_best(const float *scores, size_t count) {
  size_t best = 0;
  for (size_t index = 1; index < count; index++) {
    if (scores[index] > scores[best]) best = index;
  }
  return printf("It is class %zu, %.1f %% sure.\n", best, 100.0 * scores[best]) < 0;
}

static int write_scores(const char *path, const float *scores, size_t count) {
  FILE *file = fopen(path, "wb");
  size_t written = file ? fwrite(scores, sizeof *scores, count, file) : 0;
  if (!file || fclose(file) != 0 || written != count) {
    fprintf(stderr, "%s: cannot be written\n", path);
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 4) {
    fprintf(stderr, "usage: classify MODEL.ptl PICTURE.pgm [SCORES]\n");
    return 2;
  }
  int result = 1;
  float *scores = NULL;
  lite_model *model = NULL;
  lite_session *session = NULL;
  lite_error error;
  lite_init(&error, sizeof error);

  picture picture = {0, 0, 0, NULL};
  const char *problem = picture_read(argv[2], &picture);
  if (problem) {
    fprintf(stderr, "%s: %s\n", argv[2], problem);
    return 1;
  }

  /* A model is opened once. A session runs it, any number of times. */
  if (lite_model_open_file(argv[1], NULL, &model, &error)) goto failed;
  if (lite_session_create(model, NULL, &session, &error)) goto failed;

  /* The network reads the picture where it lies. */
  {
    lite_tensor_view input;
    lite_init(&input, sizeof input);
    input.dtype = LITE_FLOAT32;
    input.rank = 4;
    input.shape[0] = 1;
    input.shape[1] = picture.channels;
    input.shape[2] = picture.height;
    input.shape[3] = picture.width;
    input.data = picture.values;
    input.byte_count = sizeof(float) * (size_t)picture.channels * (size_t)picture.height * (size_t)picture.width;
    if (lite_session_bind_input(session, 0, &input, &error)) goto failed;
  }
  if (lite_session_run(session, &error)) goto failed;

  /* Its result belongs to the session, until the next run. */
  {
    lite_tensor_view output;
    lite_init(&output, sizeof output);
    if (lite_session_output(session, 0, &output, &error)) goto failed;
    size_t count = 1;
    for (int dimension = 0; dimension < output.rank; dimension++) count *= (size_t)output.shape[dimension];
    scores = (float *)malloc(count * sizeof *scores);
    if (!scores || count == 0) {
      fprintf(stderr, "no result, or no memory for it\n");
      goto end;
    }
    if (lite_tensor_to_float(&output, scores, count, &error)) goto failed;
    result = print_best(scores, count);
    if (argc == 4) result |= write_scores(argv[3], scores, count);
  }
  goto end;

failed:
  fprintf(stderr, "%s: %s\n", lite_status_name(error.status), error.message);
end:
  free(scores);
  lite_session_destroy(session);
  lite_model_release(model);
  free(picture.values);
  return result;
}
