/* A Python interpreter for another processor: Debian has its library for all of them at once, but the program for one. */
extern int Py_BytesMain(int count, char **arguments);
int main(int count, char **arguments) { return Py_BytesMain(count, arguments); }
