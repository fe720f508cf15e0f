/* Lite: runs PyTorch lite-interpreter models (.ptl).
 *
 * The C interface, first form: open a model, run its methods on tensors, read the tensors among the
 * results. Version 0: functions may still change with the minor version.
 *
 * Rules
 *   - Two handles. A lite_model is immutable and may be shared by any number of threads. A lite_session
 *     belongs to one thread at a time; sessions of one model are independent of each other.
 *   - A function that can fail returns a lite_status and takes a lite_error as its last parameter, which
 *     may be NULL. On failure it changes nothing that the caller can see, except the error.
 *   - The library never ends the process, never writes to stdout or stderr, and keeps no global state.
 *   - Structs begin with struct_size: set it to sizeof(the struct) before a call.
 */
#ifndef LITE_H
#define LITE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define LITE_API __attribute__((visibility("default")))
#else
#define LITE_API
#endif

#define LITE_VERSION_MAJOR 0
#define LITE_VERSION_MINOR 1
#define LITE_VERSION_PATCH 0

/* What happened. Grouped in hundreds by what the caller can do about it; values never change. */
typedef int32_t lite_status;
enum {
  LITE_OK = 0,
  /* 100: the call was wrong. */
  LITE_E_INVALID_ARGUMENT = 100,
  LITE_E_INVALID_INPUT = 101,      /* number, kind, element type or shape of an input */
  LITE_E_NO_SUCH_METHOD = 102,
  /* 200: the file. */
  LITE_E_FILE_UNREADABLE = 200,
  LITE_E_WRONG_FILE_KIND = 201,    /* not a .ptl archive; the message says what it is */
  LITE_E_ARCHIVE_DAMAGED = 202,
  LITE_E_MALFORMED = 203,
  /* 300: right, but not something this build can do. */
  LITE_E_UNSUPPORTED_VERSION = 300,
  LITE_E_MISSING_OPERATOR = 301,
  LITE_E_UNSUPPORTED = 302,
  /* 400: resources. */
  LITE_E_OUT_OF_MEMORY = 400,
  LITE_E_LIMIT_EXCEEDED = 401,
  /* 500: while running. */
  LITE_E_OPERATOR_FAILED = 500,
  LITE_E_EXCEPTION_RAISED = 501,   /* the program raised it; the message is the program's */
  LITE_E_INVALID_PROGRAM = 502,
  LITE_E_CANCELLED = 503
};

/* Why a call failed. Owned by the caller; nothing in it needs to be freed. */
typedef struct lite_error {
  uint32_t struct_size;
  lite_status status;
  char message[504];               /* one line of UTF-8, zero-terminated; cut if longer */
} lite_error;

/* Element types, numbered as in PyTorch. */
typedef int32_t lite_dtype;
enum {
  LITE_UINT8 = 0, LITE_INT8 = 1, LITE_INT16 = 2, LITE_INT32 = 3, LITE_INT64 = 4,
  LITE_FLOAT16 = 5, LITE_FLOAT32 = 6, LITE_FLOAT64 = 7, LITE_BOOL = 11,
  LITE_QINT8 = 12, LITE_QUINT8 = 13, LITE_QINT32 = 14, LITE_BFLOAT16 = 15
};

#define LITE_MAX_RANK 8

/* A tensor in memory: dense, last dimension fastest. */
typedef struct lite_tensor_view {
  uint32_t struct_size;
  lite_dtype dtype;
  int32_t rank;                    /* 0 to LITE_MAX_RANK */
  int32_t zero_point;              /* of a quantized tensor: x = scale * (q - zero_point) */
  int64_t shape[LITE_MAX_RANK];
  double scale;                    /* 0 when the tensor is not quantized per tensor */
  void *data;
  size_t byte_count;
} lite_tensor_view;

typedef struct lite_model lite_model;
typedef struct lite_session lite_session;

/* "0.1.0". A static string. */
LITE_API const char *lite_version(void);

/* "LITE_E_MALFORMED" for a status, "LITE_E_UNKNOWN" for a number that is none. A static string. */
LITE_API const char *lite_status_name(lite_status status);

/* Opens a file: maps it, checks it, makes it ready to run.
 * path: zero-terminated. out: receives the model, which the caller releases with lite_model_release.
 * The file must not change while the model is in use. */
LITE_API lite_status lite_model_open_file(const char *path, lite_model **out, lite_error *error);

/* Opens a model that is in memory. The bytes are used in place: they must stay valid and unchanged until
 * the model is released and the last of its sessions destroyed. */
LITE_API lite_status lite_model_open_memory(const void *bytes, size_t count, lite_model **out, lite_error *error);

/* Takes another reference to a model. Returns it. NULL is accepted. */
LITE_API lite_model *lite_model_retain(lite_model *model);

/* Gives up a reference. The model ends with its last reference and its last session. NULL is accepted. */
LITE_API void lite_model_release(lite_model *model);

/* How many operators the file refers to that this build does not have. Executing one is an error. */
LITE_API size_t lite_model_missing_operator_count(const lite_model *model);

/* Writes the name of a missing operator ("aten::foo.bar") and a terminating zero, cut to `capacity` bytes.
 * Returns the length of the whole name; 0 when there is no such index. */
LITE_API size_t lite_model_missing_operator(const lite_model *model, size_t index, char *buffer, size_t capacity);

/* Makes a session. It keeps the model alive. out: receives it; the caller ends it with lite_session_destroy. */
LITE_API lite_status lite_session_create(lite_model *model, lite_session **out, lite_error *error);

/* Ends a session and returns all its memory. Views of its outputs become invalid. NULL is accepted. */
LITE_API void lite_session_destroy(lite_session *session);

/* Sets an input of the next run by copying a tensor. index: position among the method's arguments, from 0.
 * Inputs stay set until lite_session_clear_inputs. */
LITE_API lite_status lite_session_set_input(lite_session *session, size_t index, const lite_tensor_view *tensor, lite_error *error);

/* Forgets all inputs. */
LITE_API void lite_session_clear_inputs(lite_session *session);

/* Runs a method ("forward") on the inputs that were set. After an error the session can be used again. */
LITE_API lite_status lite_session_run(lite_session *session, const char *method, lite_error *error);

/* How many tensors the last run's result holds, counted depth first through tuples, lists and dicts. */
LITE_API size_t lite_session_output_count(const lite_session *session);

/* A view of one of them, dense; the memory is the session's and valid until its next run or its end. */
LITE_API lite_status lite_session_output(lite_session *session, size_t index, lite_tensor_view *out, lite_error *error);

#ifdef __cplusplus
}
#endif
#endif
