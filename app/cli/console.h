#pragma once
#include "app/cli/progress_line.h"
#include "core/base/progress.h"
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <string_view>

namespace app {

enum class OutputForm { text, json };

/// Where a command writes. With JSON, standard output carries one object and nothing else: whatever a library prints
/// there goes to standard error instead.
class Console {
public:
    Console(OutputForm form, std::stop_token stop);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    bool wantsJson() const { return form_ == OutputForm::json; }
    const std::stop_token& stop() const { return stop_; }
    ProgressLine& progressLine() { return progressLine_; }
    core::ProgressSink progress() {
        return [this](const core::Progress& report) { progressLine_.report(report); };
    }

    /// Text for people, on standard output.
    void print(std::string_view text);
    /// The one object.
    void printJson(const nlohmann::ordered_json& object);
    /// What a reader should know beside the result, on standard error.
    void note(std::string_view text);

private:
    void write(std::string_view bytes);

    OutputForm form_;
    std::stop_token stop_;
    ProgressLine progressLine_;
    int output_;
};

} // namespace app
