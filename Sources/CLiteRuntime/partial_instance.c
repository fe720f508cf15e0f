/* A function of the Swift runtime, of which Embedded Swift 6.3 has one that does not give the memory back: what happens
 * when the initializer of a class throws. The linker takes this one, since the compiler's own is weak. */
#include "lite_runtime.h"

#ifdef LITE_EMBEDDED
#include <stddef.h>

typedef __attribute__((swiftcall)) void (*destroyer)(__attribute__((swift_context)) void *object);

/* The first words of a class's metadata in Embedded Swift. */
typedef struct class_metadata {
  const struct class_metadata *superclass;
  destroyer destroy;
  destroyer destroy_properties; /* those that the class adds to its superclass's */
} class_metadata;

void swift_deallocClassInstance(void *object, size_t size, size_t alignment_mask);

/* Ends an object whose properties are set as far as the subclasses of `initialized_above` have them; the compiler releases
 * those of that class itself. */
void swift_deallocPartialClassInstance(
  void *object, const class_metadata *initialized_above, size_t size, size_t alignment_mask) {
  const class_metadata *class = *(const class_metadata *const *)object;
  for (; class && class != initialized_above; class = class->superclass) {
    if (class->destroy_properties) class->destroy_properties(object);
  }
  swift_deallocClassInstance(object, size, alignment_mask);
}
#endif
