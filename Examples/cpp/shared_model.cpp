// One model, many threads: each has a session of its own, and all get the same results.
//
//     c++ -std=c++17 -pthread shared_model.cpp -o shared_model -llite
//     ./shared_model digits_int8.ptl 8 1000 pictures/*.pgm
//
// Runs the network RUNS times on every thread, on the pictures in turn, and compares each result with the first one to the
// last bit.
#include <lite.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "../c/picture.h"

namespace {

template <typename Struct>
Struct initialized() {
  Struct value;
  lite_init(&value, sizeof value);
  return value;
}

struct ReleaseModel {
  void operator()(lite_model *model) const { lite_model_release(model); }
};
struct DestroySession {
  void operator()(lite_session *session) const { lite_session_destroy(session); }
};
using Model = std::unique_ptr<lite_model, ReleaseModel>;
using Session = std::unique_ptr<lite_session, DestroySession>;

void check(lite_status status, const lite_error &error) {
  if (status != LITE_OK) throw std::runtime_error(std::string(lite_status_name(status)) + ": " + error.message);
}

struct Picture {
  picture pixels{};
  explicit Picture(const char *path) {
    if (const char *problem = picture_read(path, &pixels)) throw std::runtime_error(std::string(path) + ": " + problem);
  }
  Picture(const Picture &) = delete;
  Picture(Picture &&other) noexcept : pixels(other.pixels) { other.pixels.values = nullptr; }
  ~Picture() { std::free(pixels.values); }
};

Model open(const char *path) {
  auto error = initialized<lite_error>();
  lite_model *model = nullptr;
  check(lite_model_open_file(path, nullptr, &model, &error), error);
  return Model(model);
}

Session makeSession(lite_model *model) {
  auto error = initialized<lite_error>();
  lite_session *session = nullptr;
  check(lite_session_create(model, nullptr, &session, &error), error);
  return Session(session);
}

// The bytes of the first tensor of the result.
std::vector<char> run(lite_session *session, const Picture &picture) {
  auto error = initialized<lite_error>();
  auto input = initialized<lite_tensor_view>();
  const auto &pixels = picture.pixels;
  input.dtype = LITE_FLOAT32;
  input.rank = 4;
  input.shape[0] = 1;
  input.shape[1] = pixels.channels;
  input.shape[2] = pixels.height;
  input.shape[3] = pixels.width;
  input.data = pixels.values;
  input.byte_count = sizeof(float) * static_cast<size_t>(pixels.channels) * static_cast<size_t>(pixels.height) *
                     static_cast<size_t>(pixels.width);
  check(lite_session_bind_input(session, 0, &input, &error), error);
  check(lite_session_run(session, &error), error);
  auto output = initialized<lite_tensor_view>();
  check(lite_session_output(session, 0, &output, &error), error);
  const char *bytes = static_cast<const char *>(output.data);
  return std::vector<char>(bytes, bytes + output.byte_count);
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: shared_model MODEL.ptl THREADS RUNS PICTURE...\n");
    return 2;
  }
  try {
    const Model model = open(argv[1]);
    const int threadCount = std::atoi(argv[2]), runCount = std::atoi(argv[3]);
    std::vector<Picture> pictures;
    std::vector<std::vector<char>> expected;
    {
      const Session session = makeSession(model.get());
      for (int index = 4; index < argc; index++) {
        pictures.emplace_back(argv[index]);
        expected.push_back(run(session.get(), pictures.back()));
      }
    }
    std::atomic<long> same{0};
    std::vector<std::string> problems(static_cast<size_t>(threadCount));
    std::vector<std::thread> threads;
    for (int number = 0; number < threadCount; number++) {
      threads.emplace_back([&, number] {
        try {
          const Session session = makeSession(model.get());
          for (int index = 0; index < runCount; index++) {
            const size_t picture = static_cast<size_t>(number + index) % pictures.size();
            if (run(session.get(), pictures[picture]) == expected[picture]) same++;
          }
        } catch (const std::exception &error) {
          problems[static_cast<size_t>(number)] = error.what();
        }
      });
    }
    for (auto &thread : threads) thread.join();
    for (const auto &problem : problems) {
      if (!problem.empty()) throw std::runtime_error(problem);
    }
    const long all = static_cast<long>(threadCount) * runCount;
    std::printf("%d threads, %d runs each: %ld of %ld results are identical\n", threadCount, runCount, same.load(), all);
    return same == all && all > 0 ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
