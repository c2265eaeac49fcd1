// What the reports of all formats say about a result.
#pragma once

#include "report.hpp"

#include <string>
#include <string_view>

namespace layercert {

// "certified at every level from 1 to 5", or which levels are not.
std::string verdict_text(const Certificate &certificate);

// The target in one line: the expression, or the name of the samples.
std::string target_text(const ReportInput &input);

// What stands above a report: the instance's title, or, without one, its target.
std::string heading_text(const ReportInput &input);

// The command that makes the result anew, and the one that checks it.
std::string certify_command_text(const ReportInput &input);
std::string check_command_text(const ReportInput &input);

// c N^-(l-1), for the line of slope -log N in a plot: between the first finite error and its bound. 0 if there is none.
double slope_line_at(const ReportInput &input, int level);

// Bits of the longest weight that the second sine of level l has: w_l.
std::uint64_t weight_bits(const Network &network, int level);

} // namespace layercert
