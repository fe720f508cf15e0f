/* libzip, from Debian's libzip-dev. The only dependency beside libc and libm. */
#include <zip.h>
