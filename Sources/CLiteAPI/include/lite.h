/* Lite: runs PyTorch lite-interpreter models (.ptl) on devices.
 *
 *     lite_model *model;
 *     lite_session *session;
 *     lite_error error;
 *     lite_tensor_view image, scores;
 *     lite_init(&error, sizeof error);
 *     if (lite_model_open_file("mobilenet.ptl", NULL, &model, &error)) { puts(error.message); return 1; }
 *     lite_session_create(model, NULL, &session, &error);
 *
 *     lite_init(&image, sizeof image);
 *     image.dtype = LITE_FLOAT32;
 *     image.rank = 4;
 *     image.shape[0] = 1; image.shape[1] = 3; image.shape[2] = image.shape[3] = 224;
 *     image.data = pixels;
 *     image.byte_count = sizeof pixels;
 *     lite_session_bind_input(session, 0, &image, &error);
 *
 *     lite_init(&scores, sizeof scores);
 *     if (lite_session_run(session, &error)) { puts(error.message); return 1; }
 *     lite_session_output(session, 0, &scores, &error);
 *
 * Handles
 *   There are two. A lite_model is an opened file: immutable, reference counted, shared by any number of threads. A
 *   lite_session runs its methods: it has the memory, the inputs and the results, and what the program itself changes.
 *   One thread at a time may use a session; sessions of one model are independent of each other.
 *
 * Errors
 *   A function that can fail returns a lite_status: LITE_OK, which is 0, or one of the LITE_E_ codes. Its last parameter
 *   is a lite_error of the caller's, which may be NULL, and is written when it fails only. A call that fails has
 *   changed nothing that the caller can see, but the error: results of the last run stay, inputs stay as they were, *out
 *   is not written. (A run that fails has results no more.) Handles stay usable. Misuse that can be detected (NULL, an
 *   index out of range, a struct of another size) is a status, never a crash.
 *
 * Structs
 *   Each begins with struct_size. Make a struct with lite_init(&s, sizeof s), which clears it: in every field that the
 *   caller sets, zero is the default. A library that is newer than the header that a program was compiled with accepts
 *   its shorter structs and fills no more than they hold; an older library accepts longer structs as long as what it
 *   does not know is zero.
 *
 * Names say who owns
 *   set copies what it is given. bind borrows it: the memory must stay valid until it is replaced, cleared, or the
 *   session ends. Each function that hands out a pointer says how long it is valid.
 *
 * The library has no global state, starts no thread that was not asked for, never writes to stdout or stderr, and never
 * ends the process. Text is UTF-8.
 *
 * Versions: until 1.0 a function may change with the minor version (lite_abi_version tells). From 1.0 on nothing is
 * removed or changes its meaning: there will be new functions, new fields at the ends of structs, and new values of
 * enums, which a program must expect.
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
#define LITE_VERSION_MINOR 2
#define LITE_VERSION_PATCH 0

/* Of this header. Programs run with a library of the same number. */
#define LITE_ABI_VERSION 2

typedef struct lite_model lite_model;
typedef struct lite_session lite_session;

/* ---- Status and errors ------------------------------------------------------------------------------------------ */

/* What happened. Grouped in hundreds by what the caller can do about it; values never change. */
typedef int32_t lite_status;
enum {
  LITE_OK = 0,
  /* 100: the call was wrong. */
  LITE_E_INVALID_ARGUMENT = 100,   /* an argument is outside what the function documents */
  LITE_E_INVALID_INPUT = 101,      /* number, kind, element type or shape of an input */
  LITE_E_NO_SUCH_METHOD = 102,
  LITE_E_INVALID_STATE = 103,      /* not now: no run yet, or the session is running */
  LITE_E_NOT_FOUND = 104,          /* no input, extra file … of that name */
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
  LITE_E_OPERATOR_FAILED = 500,    /* its arguments are impossible: shapes, types, indices */
  LITE_E_EXCEPTION_RAISED = 501,   /* the program raised it; the message is the program's */
  LITE_E_INVALID_PROGRAM = 502,    /* the program did what no valid program does */
  LITE_E_CANCELLED = 503
};

/* Why a call failed, and where. Owned by the caller; nothing in it needs to be freed. */
typedef struct lite_error {
  uint32_t struct_size;
  lite_status status;
  int32_t instruction;             /* position in the method's code, from 0; -1: not known, or none */
  int32_t reserved;
  char method[112];                /* that was executed ("__torch__.Net.forward"), or empty; cut if longer */
  char operator_name[112];         /* that failed ("aten::conv2d"), or empty */
  char message[512];               /* one line of UTF-8, zero-terminated; cut if longer */
} lite_error;

/* ---- The library ------------------------------------------------------------------------------------------------ */

/* Clears a struct of this header and sets its struct_size. size: sizeof the struct, as the program knows it. */
LITE_API void lite_init(void *structure, size_t size);

/* "0.2.0". A static string. */
LITE_API const char *lite_version(void);

/* 2000 for 0.2.0: major * 1000000 + minor * 1000 + patch. */
LITE_API int32_t lite_version_number(void);

/* LITE_ABI_VERSION of the library; compare it with the header's after dlopen. */
LITE_API int32_t lite_abi_version(void);

/* Writes what this build is as one JSON object, with a terminating zero, cut to `capacity` bytes: version, mode,
 * processor, operators, kernel tiers compiled in and the one that is used here. Returns the length of the whole text;
 * buffer may be NULL if capacity is 0. */
LITE_API size_t lite_build_info(char *buffer, size_t capacity);

/* Instructions that the kernels chosen on this processor use, as a set of LITE_CPU_ bits. 0: portable code. */
LITE_API uint64_t lite_cpu_features(void);
enum {
  LITE_CPU_NEON = 1,
  LITE_CPU_DOTPROD = 2,            /* 8-bit dot product, FEAT_DotProd */
  LITE_CPU_I8MM = 4                /* 8-bit matrix product, FEAT_I8MM */
};

/* "LITE_E_MALFORMED" for a status, "LITE_E_UNKNOWN" for a number that is none. A static string. */
LITE_API const char *lite_status_name(lite_status status);

/* One sentence: what can be done about a status. A static string, empty for LITE_OK. */
LITE_API const char *lite_status_help(lite_status status);

/* ---- Element types, tensors, values ----------------------------------------------------------------------------- */

/* Element types, numbered as in PyTorch. */
typedef int32_t lite_dtype;
enum {
  LITE_DTYPE_UNKNOWN = -1,
  LITE_UINT8 = 0, LITE_INT8 = 1, LITE_INT16 = 2, LITE_INT32 = 3, LITE_INT64 = 4,
  LITE_FLOAT16 = 5, LITE_FLOAT32 = 6, LITE_FLOAT64 = 7,
  LITE_COMPLEX32 = 8, LITE_COMPLEX64 = 9, LITE_COMPLEX128 = 10,
  LITE_BOOL = 11,
  LITE_QINT8 = 12, LITE_QUINT8 = 13, LITE_QINT32 = 14,
  LITE_BFLOAT16 = 15,
  LITE_QUINT4X2 = 16, LITE_QUINT2X4 = 17   /* packed codes: in files only */
};

/* "float32", as in torch.float32; "unknown" for a number that is none. A static string. */
LITE_API const char *lite_dtype_name(lite_dtype dtype);

/* Bytes of one element; 0 for a number that is no element type. */
LITE_API size_t lite_dtype_size(lite_dtype dtype);

#define LITE_MAX_RANK 8

/* How the codes of a quantized element type stand for numbers. */
typedef int32_t lite_quantization;
enum {
  LITE_QUANTIZATION_NONE = 0,
  LITE_QUANTIZATION_PER_TENSOR = 1,        /* x = scale * (q - zero_point) */
  LITE_QUANTIZATION_PER_CHANNEL = 2,       /* the same with scales[c], zero_points[c]; c: position along channel_axis */
  LITE_QUANTIZATION_PER_CHANNEL_FLOAT = 3  /* x = (q - float_zero_points[c]) * scales[c] */
};

/* The strides of a view are meant; without this its elements are dense, the last dimension fastest. */
enum { LITE_VIEW_STRIDED = 1 };

/* A tensor in memory.
 *
 * byte_count: of dense elements, exactly their bytes; of strided ones, at least the bytes from the first element to the
 * end of the last. data may be NULL if there are no elements. When a function fills a view, pointers in it are the
 * session's. */
typedef struct lite_tensor_view {
  uint32_t struct_size;
  lite_dtype dtype;
  int32_t rank;                    /* 0 to LITE_MAX_RANK */
  uint32_t flags;                  /* LITE_VIEW_ */
  int64_t shape[LITE_MAX_RANK];
  int64_t strides[LITE_MAX_RANK];  /* in elements, not negative; 0 repeats elements. Always filled in by functions */
  void *data;
  size_t byte_count;
  lite_quantization quantization;  /* of quantized element types */
  int32_t zero_point;
  double scale;
  int32_t channel_axis;
  int32_t reserved;
  const double *scales;            /* shape[channel_axis] of them */
  const int64_t *zero_points;
  const float *float_zero_points;
  /* What the dimensions are, in the order of shape: letters ("NHWC"), or names with commas ("batch,height,width,channel").
   * NULL: they are in the model's order. See "Names". */
  const char *dimensions;
} lite_tensor_view;

/* Kinds of values. */
typedef int32_t lite_kind;
enum {
  LITE_KIND_NONE = 0,
  LITE_KIND_BOOL = 1,              /* integer: 0 or 1 */
  LITE_KIND_INT = 2,               /* integer */
  LITE_KIND_FLOAT = 3,             /* real */
  LITE_KIND_COMPLEX = 4,           /* real, imaginary */
  LITE_KIND_STRING = 5,            /* text, count */
  LITE_KIND_TENSOR = 6,            /* tensor */
  LITE_KIND_LIST = 7,              /* items, count */
  LITE_KIND_TUPLE = 8,             /* items, count; keys: of a named tuple, its field names */
  LITE_KIND_DICT = 9,              /* keys, items, count */
  LITE_KIND_DEVICE = 10,           /* text, count: "cpu" */
  LITE_KIND_OTHER = 11,            /* an object of the program: cannot be passed through this interface */
  LITE_KIND_ANY = 12               /* in declarations only: of no one kind */
};

/* A value, in or out: a tree of plain structs. Which fields count depends on the kind; the rest is zero.
 *
 * All values of a tree have the struct_size of its root. */
typedef struct lite_value {
  uint32_t struct_size;
  lite_kind kind;
  int64_t integer;
  double real;
  double imaginary;
  const char *text;                /* UTF-8; from the library, and to it where count is 0, with a terminating zero */
  size_t count;                    /* bytes of the text without the zero; items */
  const struct lite_value *items;
  const struct lite_value *keys;
  const lite_tensor_view *tensor;
} lite_value;

/* Converts the elements of a dense tensor to float: codes become numbers, half precision is widened, bool is 0 or 1.
 * count: of the elements of view, exactly. Fails for complex and packed element types. */
LITE_API lite_status lite_tensor_to_float(const lite_tensor_view *view, float *values, size_t count, lite_error *error);

/* The other way: writes floats as elements of a dense tensor. Numbers are rounded to the nearest code, to even in the
 * middle, and held within the range of quantized and integer types; NaN becomes the zero point, or 0. */
LITE_API lite_status lite_tensor_from_float(const float *values, size_t count, const lite_tensor_view *view, lite_error *error);

/* ---- What callers may provide ----------------------------------------------------------------------------------- */

/* Where memory comes from: all of it, objects of the library's too. Both functions may be called from any thread that uses
 * the model or session, by two at one time when two threads use what shares the allocator, and must not call Lite.
 * allocate: `size` bytes at a multiple of `alignment`, a power of two up to 64; NULL when there are none: then the call
 * fails with LITE_E_OUT_OF_MEMORY, and what it was made for stays usable.
 * release: with the size and alignment of the allocation, on whichever thread. */
typedef struct lite_allocator {
  uint32_t struct_size;
  uint32_t reserved;
  void *context;
  void *(*allocate)(void *context, size_t size, size_t alignment);
  void (*release)(void *context, void *memory, size_t size, size_t alignment);
} lite_allocator;

/* One share of a piece of work. It allocates nothing and waits for nothing. */
typedef void (*lite_task)(void *task_context, size_t index);

/* The caller's threads, in place of the session's own. run: calls task(task_context, i) once for each i in 0 … count-1,
 * on any threads and in any order, and returns when all have returned. */
typedef struct lite_parallel_for {
  uint32_t struct_size;
  int32_t thread_count;            /* into how many tasks an operator is divided at most, 1 to 256 */
  void *context;
  void (*run)(void *context, size_t count, lite_task task, void *task_context);
} lite_parallel_for;

/* Told how far opening a file has come: `done` bytes of `total`. Returning anything but 0 ends it with LITE_E_CANCELLED.
 * Called on the thread that opens the file. */
typedef int32_t (*lite_progress)(void *context, size_t done, size_t total);

/* How much a file, and a program while it runs, may take. Exceeding one is LITE_E_LIMIT_EXCEEDED, and the message names
 * it. 0: the default, which is far above what real models need and far below what harms a host. */
typedef struct lite_limits {
  uint32_t struct_size;
  uint32_t reserved;
  /* The file. */
  uint64_t file_bytes;
  uint64_t records;                /* of the archive */
  uint64_t record_bytes;           /* one record, inflated */
  uint64_t inflated_bytes;         /* all compressed records together, inflated */
  uint64_t inflation_ratio;        /* of one compressed record of more than 1 MiB */
  uint64_t pickle_items;           /* values in the containers of one record */
  uint64_t nesting;                /* of values in each other; never more than 400 */
  uint64_t tensor_bytes;           /* of one tensor of the file */
  uint64_t opening_steps;          /* as `steps`, for the __setstate__ methods that run while the file is opened, together */
  /* A session. */
  uint64_t memory_bytes;           /* of a model, and of each session: all that it holds at one time */
  uint64_t steps;                  /* backward jumps and calls of one run: ends a program that does not end itself */
  uint64_t call_depth;
  uint64_t work;                   /* elements and multiply-accumulates of one run */
  uint64_t list_items;             /* of one list that a program makes */
  uint64_t string_bytes;           /* of one string that a program makes */
} lite_limits;

/* ---- Models ----------------------------------------------------------------------------------------------------- */

/* Which kernels run. */
typedef int32_t lite_kernels;
enum {
  LITE_KERNELS_BEST = 0,           /* the fastest that this processor has */
  LITE_KERNELS_SCALAR = 1,         /* portable code: the reference */
  LITE_KERNELS_NEON = 2,
  LITE_KERNELS_DOTPROD = 3,
  LITE_KERNELS_I8MM = 4
};

enum {
  /* Use weights where they lie in the file: pages that processes share and the system can drop. The file must not change
   * while the model lives: the system ends a process that touches a mapped page behind the end of a shortened file.
   * Without this a file is read into memory once, and may change later. */
  LITE_LOAD_MAP = 1,
  /* Do not compare the checksums of records. Everything else is checked all the same. */
  LITE_LOAD_SKIP_CHECKSUMS = 2,
  /* Open to look at: also a program that fails verification, or whose module or weights cannot be made. Such a model
   * can be described (lite_model_summary, lite_model_operator_info …); lite_session_create gives the error. */
  LITE_LOAD_INSPECT = 4,
  /* Round as PyTorch does on ARM, and did on x86 up to 2.x, when floats are quantized: rounded, then the zero point is
   * added. Default: one fused multiply-add, then rounded, as PyTorch 2.13 on x86. They differ by one code in values that
   * lie within a float's precision of the middle between two codes. */
  LITE_LOAD_ROUND_THEN_ADD = 8
};

typedef struct lite_load_options {
  uint32_t struct_size;
  uint32_t flags;                  /* LITE_LOAD_ */
  lite_kernels kernels;
  uint32_t reserved;
  const lite_limits *limits;       /* NULL: defaults. Copied */
  const lite_allocator *allocator; /* NULL: the system's. Copied; its context lives as long as the model and its sessions */
  lite_progress progress;          /* NULL: none */
  void *progress_context;
} lite_load_options;

/* Opens a file: reads, checks and prepares it. Operators that this build lacks are no error until one is executed.
 * path: zero-terminated. options: NULL for the defaults. out: receives the model; end it with lite_model_release.
 * Fails with codes of the groups 200, 300 and 400. */
LITE_API lite_status lite_model_open_file(
  const char *path, const lite_load_options *options, lite_model **out, lite_error *error);

/* Told that bytes are used no more. */
typedef void (*lite_release)(void *context, const void *bytes, size_t count);

/* Opens a model that is in memory. The bytes are used in place.
 * release: NULL, or called exactly once when neither the model nor a session uses them any more, on the thread that
 * ended the last. It is not called if opening fails: the bytes are still the caller's then. */
LITE_API lite_status lite_model_open_memory(
  const void *bytes, size_t count, lite_release release, void *release_context, const lite_load_options *options,
  lite_model **out, lite_error *error);

/* Opens a model that is a part of an open file: an asset inside an APK, say (stored, not compressed).
 * descriptor: for reading, of a regular file; it stays the caller's and may be closed afterwards; its position is not
 * used and does not change. offset, count: the model's bytes; a count of 0 means up to the end of the file. */
LITE_API lite_status lite_model_open_descriptor(
  int descriptor, uint64_t offset, uint64_t count, const lite_load_options *options, lite_model **out, lite_error *error);

/* Takes another reference to a model. Returns it. NULL is accepted. */
LITE_API lite_model *lite_model_retain(lite_model *model);

/* Gives up a reference. The model ends with its last reference and its last session. NULL is accepted. */
LITE_API void lite_model_release(lite_model *model);

/* Told of one problem of a file. error: valid during the call. */
typedef void (*lite_problem)(void *context, const lite_error *error);

/* Checks a file without keeping it. report: NULL, or called for each problem: all that verification finds, each operator
 * that this build lacks, or why the file cannot be read. Returns the status of the first problem, or LITE_OK. */
LITE_API lite_status lite_check_file(
  const char *path, const lite_load_options *options, lite_problem report, void *report_context, lite_error *error);

/* ---- What a model is -------------------------------------------------------------------------------------------- */

enum {
  LITE_MODEL_QUANTIZED = 1,        /* holds or makes quantized tensors */
  LITE_MODEL_CONTROL_FLOW = 2,     /* branches or loops */
  LITE_MODEL_INCOMPLETE = 4        /* cannot run: opened with LITE_LOAD_INSPECT */
};

/* Text is valid as long as the model. */
typedef struct lite_model_info {
  uint32_t struct_size;
  uint32_t flags;                  /* LITE_MODEL_ */
  int32_t bytecode_version;        /* 4 to 8 */
  int32_t file_version;            /* 1 to 10 */
  uint64_t file_bytes;
  uint64_t weight_bytes;           /* records that hold tensors, each once */
  uint64_t mapped_bytes;           /* those of them that are used where they lie in the file */
  uint64_t packed_bytes;           /* weights arranged for the kernels */
  uint32_t method_count;
  uint32_t operator_count;
  uint32_t missing_operator_count;
  uint32_t extra_file_count;
  const char *class_name;          /* of the module: "__torch__.Net" */
  const char *kernels;             /* in use: "scalar", "neon", "dotprod", "i8mm" */
} lite_model_info;

LITE_API lite_status lite_model_summary(const lite_model *model, lite_model_info *out, lite_error *error);

/* Name of a method of the module, for index in 0 … method_count-1; NULL for others. Valid as long as the model. */
LITE_API const char *lite_model_method_name(const lite_model *model, uint32_t method);

/* The index of a method. Overloads of a method have the names forward__0, forward__1; the plain name stands for the
 * first. LITE_E_NO_SUCH_METHOD: the message lists those there are. */
LITE_API lite_status lite_model_find_method(const lite_model *model, const char *name, uint32_t *out, lite_error *error);

enum {
  LITE_VALUE_OPTIONAL = 1,         /* None is accepted */
  LITE_VALUE_HAS_DEFAULT = 2       /* an input that may be left out */
};

/* An input or output of a method. What is not known is -1 or NULL. Text is valid as long as the model. */
typedef struct lite_value_info {
  uint32_t struct_size;
  lite_kind kind;
  uint32_t flags;                  /* LITE_VALUE_ */
  lite_dtype dtype;                /* of a tensor, where the model says it (see "Names") */
  int32_t rank;
  uint32_t reserved;
  int64_t shape[LITE_MAX_RANK];    /* -1: any size */
  const char *name;                /* of the argument; outputs have names where the model says so */
  const char *type;                /* as declared: "Tensor", "Optional[List[int]]" */
  const char *dimensions;          /* as in lite_tensor_view */
} lite_value_info;

/* How many inputs and outputs a method declares. Outputs are the items of a tuple, of tuples in it as well, or else the
 * result itself. Both are 0, with LITE_OK, for methods that declare nothing: some files of bytecode version 4 have such. */
LITE_API lite_status lite_model_signature(
  const lite_model *model, uint32_t method, uint32_t *input_count, uint32_t *output_count, lite_error *error);
LITE_API lite_status lite_model_input_info(
  const lite_model *model, uint32_t method, uint32_t input, lite_value_info *out, lite_error *error);
LITE_API lite_status lite_model_output_info(
  const lite_model *model, uint32_t method, uint32_t output, lite_value_info *out, lite_error *error);

/* An operator that the code calls. Text is valid as long as the model. */
typedef struct lite_operator_info {
  uint32_t struct_size;
  uint32_t is_supported;           /* 1: this build has it */
  uint64_t use_count;              /* instructions that call it */
  const char *name;                /* "quantized::conv2d_relu.new" */
} lite_operator_info;

/* index: 0 … operator_count-1; by name. */
LITE_API lite_status lite_model_operator_info(
  const lite_model *model, uint32_t index, lite_operator_info *out, lite_error *error);

/* Name and bytes of a file that was added at export (_extra_files), for index in 0 … extra_file_count-1. Any of name, bytes
 * and count may be NULL. Valid as long as the model. */
LITE_API lite_status lite_model_extra_file_at(
  const lite_model *model, uint32_t index, const char **name, const void **bytes, size_t *count, lite_error *error);

/* The bytes of an extra file by name. LITE_E_NOT_FOUND when there is none. Valid as long as the model. */
LITE_API lite_status lite_model_extra_file(
  const lite_model *model, const char *name, const void **bytes, size_t *count, lite_error *error);

/* ---- Sessions --------------------------------------------------------------------------------------------------- */

enum {
  LITE_SESSION_PROFILE = 1,        /* keep the events of the last run: lite_session_profile_event */
  LITE_SESSION_INTERPRET = 2       /* interpret every run, rather than record the first and replay it. Same results */
};

typedef struct lite_session_options {
  uint32_t struct_size;
  uint32_t flags;                  /* LITE_SESSION_ */
  int32_t thread_count;            /* that large operators are divided among, the caller's counted; 0: 1 */
  uint32_t reserved;
  const char *method;              /* NULL: "forward" if there is one, else the first */
  const lite_limits *limits;       /* NULL: the model's. Copied */
  const lite_allocator *allocator; /* NULL: the model's. Copied; its context lives as long as the session */
  /* Memory for intermediate results, aligned to 64 bytes, valid until the session ends. NULL: from the allocator.
   * lite_model_memory_requirement tells how much it must be: a run that needs more fails with LITE_E_OUT_OF_MEMORY. */
  void *arena;
  size_t arena_byte_count;
  const lite_parallel_for *parallel_for;   /* NULL: own threads. Copied; its context lives as long as the session */
} lite_session_options;

/* Makes a session, which keeps the model alive. options: NULL for the defaults. out: receives it; end it with
 * lite_session_destroy. */
LITE_API lite_status lite_session_create(
  lite_model *model, const lite_session_options *options, lite_session **out, lite_error *error);

/* Ends a session and gives back all its memory. Everything it handed out becomes invalid. NULL is accepted. */
LITE_API void lite_session_destroy(lite_session *session);

/* Chooses the method that the calls below set inputs of, and run. Each method keeps its inputs while another one is
 * chosen; all methods of a session share the module's state. */
LITE_API lite_status lite_session_select_method(lite_session *session, const char *method, lite_error *error);

/* Limits of the following runs: steps, call_depth, work, list_items, string_bytes; 0: the model's. The others are settled
 * when the session is made, and must be 0. */
LITE_API lite_status lite_session_set_limits(lite_session *session, const lite_limits *limits, lite_error *error);

/* Puts the module's state back to what the file says: buffers, attributes, random numbers. Inputs stay; results of the
 * last run are no more. */
LITE_API lite_status lite_session_reset(lite_session *session, lite_error *error);

/* ---- Inputs ----------------------------------------------------------------------------------------------------- */
/* Inputs of the selected method, numbered from 0; they stay until they are replaced or cleared. Programs never change
 * what was set or bound: one that writes to its input writes to a copy. Trailing inputs with defaults may be left out. */

/* Copies a tensor. Its data need not be aligned. */
LITE_API lite_status lite_session_set_input(
  lite_session *session, uint32_t input, const lite_tensor_view *tensor, lite_error *error);

/* Uses a tensor where it lies, also a strided one, with no copy before the first operator. Its data must be aligned to
 * its element size, and stay valid until the input is replaced or cleared; each run reads what is there then. To bind
 * memory elsewhere of the same type and shape, and run, allocates nothing. */
LITE_API lite_status lite_session_bind_input(
  lite_session *session, uint32_t input, const lite_tensor_view *tensor, lite_error *error);

/* Provides memory for an input, to be filled in place before a run. view: in: dtype, rank, shape, quantization; out:
 * data, byte_count, strides. The memory is the session's, aligned to 64 bytes, valid until the input is replaced or
 * cleared, and keeps its content: the caller fills it before each run, or once. */
LITE_API lite_status lite_session_input_buffer(
  lite_session *session, uint32_t input, lite_tensor_view *view, lite_error *error);

/* Copies a value of any kind: numbers, strings, lists, tuples, dicts, with tensors in them. */
LITE_API lite_status lite_session_set_value(
  lite_session *session, uint32_t input, const lite_value *value, lite_error *error);

/* The same, but the data of its tensors is used where it lies, as by lite_session_bind_input. */
LITE_API lite_status lite_session_bind_value(
  lite_session *session, uint32_t input, const lite_value *value, lite_error *error);

/* Forgets the inputs of the selected method. Memory that was bound is used no more. */
LITE_API lite_status lite_session_clear_inputs(lite_session *session, lite_error *error);

/* ---- Running ---------------------------------------------------------------------------------------------------- */

/* Runs the selected method. Views of earlier results become invalid. After an error the session can be used again; when
 * there was no memory for a copy of an input that the program keeps, with the state that the file has. */
LITE_API lite_status lite_session_run(lite_session *session, lite_error *error);

/* Ends the run that another thread is in with LITE_E_CANCELLED, before its next operator; when there is none, the next run
 * before its first. The one function that may be called while another thread uses the session. */
LITE_API void lite_session_cancel(lite_session *session);

/* Copies the error of the session's last call that failed. LITE_E_NOT_FOUND if none has. */
LITE_API lite_status lite_session_last_error(const lite_session *session, lite_error *out);

/* ---- Results ---------------------------------------------------------------------------------------------------- */
/* Views of results are valid until the next run, lite_session_reset, or the session's end. */

/* How many tensors the last run's result holds, counted depth first through tuples, lists and dicts. 0 before a run. */
LITE_API uint32_t lite_session_output_count(const lite_session *session);

/* A view of one of them: dense, or, if out->flags has LITE_VIEW_STRIDED, as it lies, which never copies. */
LITE_API lite_status lite_session_output(
  lite_session *session, uint32_t output, lite_tensor_view *out, lite_error *error);

/* The result of the last run, whatever it is. */
LITE_API lite_status lite_session_result(lite_session *session, lite_value *out, lite_error *error);

/* Has each run of the selected method write tensor `output` of its result to memory of the caller's, strided or dense; a
 * result of another type, shape or quantization makes the run fail with LITE_E_INVALID_ARGUMENT. view NULL: no more.
 * The memory must stay valid until then, or until the session ends. */
LITE_API lite_status lite_session_bind_output(
  lite_session *session, uint32_t output, const lite_tensor_view *view, lite_error *error);

/* ---- Figures ---------------------------------------------------------------------------------------------------- */

/* Bytes. What depends on the shapes of the inputs is known after the first run with them, and 0 before. */
typedef struct lite_memory_info {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t arena_bytes;            /* that an arena must have for the runs so far: lite_session_options.arena */
  uint64_t arena_alignment;        /* 64 */
  uint64_t arena_lower_bound;      /* the largest sum of intermediate results in use at one time, in the last plan */
  uint64_t live_bytes;             /* all that the session holds now, but for an arena of the caller's */
  uint64_t peak_bytes;             /* the most at one time: in a first run, which makes the plan */
  uint64_t tensor_bytes;           /* those of live_bytes in tensors that are not in the arena: inputs, results, state */
  uint64_t packed_bytes;           /* weights that runs arranged for the kernels, and keep */
  uint64_t run_count;
  uint64_t replay_count;           /* those runs that were replayed from a plan */
} lite_memory_info;

LITE_API lite_status lite_session_memory(const lite_session *session, lite_memory_info *out, lite_error *error);

/* What a session would need for such inputs: arena_bytes, live_bytes between runs, peak_bytes. Found by two runs in a
 * session that is given up before this returns, in memory of options->allocator. values: the inputs of options->method.
 * Their elements matter only to programs whose way depends on them. */
LITE_API lite_status lite_model_memory_requirement(
  lite_model *model, const lite_session_options *options, const lite_value *values, uint32_t count, lite_memory_info *out,
  lite_error *error);

enum {
  LITE_EVENT_INTERPRETED = 0,      /* by the program's instructions */
  LITE_EVENT_PREPARED = 1,         /* a step of a plan */
  LITE_EVENT_EXECUTED_AGAIN = 2    /* a plan's step that executes an operator as such */
};

/* One operator, or one step of a plan, that the last run executed. Text is valid until the session ends. */
typedef struct lite_profile_event {
  uint32_t struct_size;
  int32_t execution;               /* LITE_EVENT_ */
  uint32_t step;                   /* position in the plan, or in the order of execution */
  uint32_t reserved;
  uint64_t start_nanoseconds;      /* of a clock that never steps back */
  uint64_t end_nanoseconds;
  uint64_t multiply_accumulates;   /* of products; elementwise work is not counted */
  uint64_t byte_count;             /* read and written: tensors and weights */
  const char *operator_name;       /* "quantized::conv2d.new"; empty for work of no operator */
  const char *kernel;              /* empty where the operator has none of its own */
} lite_profile_event;

/* Events of the last run of a session with LITE_SESSION_PROFILE; 0 without. */
LITE_API uint32_t lite_session_profile_count(const lite_session *session);
LITE_API lite_status lite_session_profile_event(
  const lite_session *session, uint32_t index, lite_profile_event *out, lite_error *error);

/* ---- Names ------------------------------------------------------------------------------------------------------ */
/* A model may say what its inputs and outputs are, in the extra file lite.json (docs/named-dimensions.md): names, element
 * types, fixed sizes, names of dimensions, and how images become numbers. lite_value_info has what it says.
 *
 * lite_tensor_view.dimensions of an input says how the caller's dimensions are ordered: letters, "NHWC", or names with
 * commas, "batch,height,width,channel". The tensor is put into the model's order, as PyTorch's align_to does: the same
 * names in another order permute, names of the model that are left out become dimensions of size 1, and others are
 * LITE_E_INVALID_INPUT with a message that has both orders. Element type, rank and fixed sizes must then be as declared.
 * bind uses the memory where it lies, with permuted strides; set copies it densely in the model's order.
 * Without dimensions nothing is checked, as in a model without names. */

#define LITE_MAX_CHANNELS 16

/* How the bytes of an image become the numbers that a model wants:
 *   x = (range_low + (range_high - range_low) * byte / 255 - mean[c]) / standard_deviation[c] */
typedef struct lite_image_info {
  uint32_t struct_size;
  uint32_t channel_count;          /* numbers in mean and standard_deviation: one for each channel, or 1 for all */
  double range_low;                /* what the bytes 0 and 255 become first */
  double range_high;
  double mean[LITE_MAX_CHANNELS];
  double standard_deviation[LITE_MAX_CHANNELS];
  const char *channels;            /* their order: "RGB"; NULL if the model does not say. Valid as long as the model */
} lite_image_info;

/* The index of an input by the name that lite.json gives it, else by the code's name of the argument. LITE_E_NOT_FOUND:
 * the message lists those there are, and why lite.json cannot be used, if so. */
LITE_API lite_status lite_model_find_input(
  const lite_model *model, uint32_t method, const char *name, uint32_t *out, lite_error *error);

/* How images become numbers for an input. LITE_E_NOT_FOUND if the model does not say. */
LITE_API lite_status lite_model_image_info(
  const lite_model *model, uint32_t method, uint32_t input, lite_image_info *out, lite_error *error);

/* The name of a position along the last dimension of an output: of a class. NULL if the model gives none. Valid as long as
 * the model. */
LITE_API const char *lite_model_label(const lite_model *model, uint32_t method, uint32_t output, uint32_t position);

/* Sets an input to the numbers of an image of bytes: dtype LITE_UINT8, dimensions as above ("HWC"), strided or dense.
 * The bytes are read now. LITE_E_NOT_FOUND if the model does not say how. */
LITE_API lite_status lite_session_set_image(
  lite_session *session, uint32_t input, const lite_tensor_view *image, lite_error *error);

#ifdef __cplusplus
}
#endif
#endif
