/* Nothing to call: functions of the Swift runtime that Lite mends. See README.md. */
#ifndef LITE_RUNTIME_H
#define LITE_RUNTIME_H
#endif
