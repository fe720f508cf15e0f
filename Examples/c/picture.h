/* Reads pictures in the formats of Netpbm: PGM (P2, P5) and PPM (P3, P6), 8 or 16 bits. C99 and C++. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdio.h>
#include <stdlib.h>

/* Numbers from 0 (black) to 1, laid out as PyTorch has pictures: channel after channel, row after row. */
typedef struct picture {
  int channels; /* 1: gray, 3: red, green, blue */
  int height;
  int width;
  float *values; /* channels * height * width, to be freed by the caller */
} picture;

/* The next whole number of a text, after blanks and comments; -1 when there is none, or it is above 65535. */
static int picture_number(FILE *file) {
  int character = fgetc(file);
  while (character == ' ' || (character >= '\t' && character <= '\r') || character == '#') {
    if (character == '#') {
      while (character != '\n' && character != EOF) character = fgetc(file);
    } else {
      character = fgetc(file);
    }
  }
  if (character < '0' || character > '9') return -1;
  int number = 0;
  while (character >= '0' && character <= '9') {
    number = number * 10 + (character - '0');
    if (number > 65535) return -1;
    character = fgetc(file);
  }
  return number; /* the one character after a number belongs to it */
}

/* One sample of a file of bytes; -1 at its end. Samples of pictures with a maximum above 255 are two bytes, high first. */
static int picture_sample(FILE *file, int maximum) {
  int high = maximum > 255 ? fgetc(file) : 0;
  int low = fgetc(file);
  return high == EOF || low == EOF ? -1 : high * 256 + low;
}

/* Reads a picture. NULL: it worked; otherwise what is wrong with the file. */
static const char *picture_read(const char *path, picture *out) {
  const char *problem = "is not a PGM or PPM picture (P2, P3, P5 or P6)";
  float *values = NULL;
  FILE *file = fopen(path, "rb");
  if (!file) return "cannot be opened";
  int letter = fgetc(file), kind = fgetc(file);
  if (letter != 'P' || (kind != '2' && kind != '3' && kind != '5' && kind != '6')) goto end;
  {
    int is_text = kind == '2' || kind == '3';
    int channels = kind == '3' || kind == '6' ? 3 : 1;
    int width = picture_number(file), height = picture_number(file), maximum = picture_number(file);
    problem = "has a damaged header";
    if (width < 1 || height < 1 || maximum < 1) goto end;
    problem = "has more than 64 million pixels";
    size_t pixels = (size_t)width * (size_t)height;
    if (pixels > (size_t)64 << 20) goto end;
    problem = "does not fit into memory";
    values = (float *)malloc(pixels * (size_t)channels * sizeof *values);
    if (!values) goto end;
    problem = "ends early, or has samples above its maximum";
    for (size_t pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        int sample = is_text ? picture_number(file) : picture_sample(file, maximum);
        if (sample < 0 || sample > maximum) goto end;
        values[(size_t)channel * pixels + pixel] = (float)sample / (float)maximum;
      }
    }
    problem = NULL;
    out->channels = channels;
    out->height = height;
    out->width = width;
    out->values = values;
  }
end:
  if (problem) free(values);
  fclose(file);
  return problem;
}

#endif
