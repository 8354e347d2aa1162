// SPDX-License-Identifier: GPL-3.0-or-later
// Input: a script, one step in a line, the first character says which: see Play::play(). Two
// principals on one server, over HTTP and on lines, of all eras. Every request gets its answer
// once, or is still open; nobody gets what is another's; everything sent is valid; and whoever
// hangs up leaves nothing behind. Behind a "T" the server keeps next to nothing for who may come
// back.
#include "play.h"

#include <QCoreApplication>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size)
{
    constexpr std::size_t kSteps = 200;
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    static auto *const app = new QCoreApplication(argc, argv); // for timers
    static_cast<void>(app);

    std::string_view script(reinterpret_cast<const char *>(data), size);
    const bool isTight = script.starts_with('T');
    Fuzz::Play play(isTight);
    for (std::size_t step = 0; step < kSteps && !script.empty(); ++step)
        play.play(Fuzz::takeLine(script));
    play.settle();
    return 0;
}
