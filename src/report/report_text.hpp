// What the reports of all formats say about a result.
#pragma once

#include "formula.hpp"
#include "report.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace layercert {

// "certified at every level from 1 to 5", or which levels are not.
std::string verdict_text(const Certificate &certificate);
// "certified at every readout", or which readouts are not.
std::string verdict_text(const LayersCertificate &certificate);

// Where a readout's error sits: its largest places and their shares, the sides with `times` between them.
std::string places_text(const ReadoutCertificate &readout, std::string_view times);

// The target in one line: the expression, or the name of the samples.
std::string target_text(const ReportFacts &input);

// The instance's name, or, without one, that of the result's folder.
std::string name_of_result(const ReportFacts &input);

// What stands above a report: the instance's title, or, without one, its name.
std::string heading_text(const ReportFacts &input);

// The command that makes the result anew, and the one that checks it.
std::string certify_command_text(const ReportInput &input);
std::string certify_command_text(const LayersReportInput &input);
std::string check_command_text(const ReportFacts &input);

// f from the instance's expression; none for samples, and for a text that is too long to be read as a
// formula.
std::optional<FormulaNode> formula_of(const ReportFacts &input);

// Are the coordinates called x, y, z, and not x0, x1, ...?
bool names_letters(const ReportFacts &input);

// Bits of the longest weight that the second sine of level l has: w_l.
std::uint64_t weight_bits(const Network &network, int level);

} // namespace layercert
