// The plots of a report that are about the levels.
#pragma once

#include "svg_plot.hpp"

#include "report.hpp"

namespace layercert {

Plot plot_of_errors(const ReportInput &input); // error and bound, with the slope -log N
Plot plot_of_ratios(
    const ReportInput
        &input); // error over modulus, what claim R allows, what the cell means alone would have
Plot plot_of_weights(const ReportInput &input, const Network &with_roles); // bits of w_l

} // namespace layercert
