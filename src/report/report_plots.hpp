// The figures of a report: what the page shows, and what a paper takes one by one.
#pragma once

#include "plot.hpp"

#include "readout_pictures.hpp"
#include "report.hpp"

namespace layercert {

struct ReportFigure {
  std::string name; // of its file, without an ending
  Plot plot;
  std::string caption; // as plot.hpp has labels
};

// Error and bound by level, with a line of slope -log N that meets no curve, and the observed orders.
ReportFigure figure_of_errors(const ReportInput &input);
ReportFigure figure_of_errors(const LayersReportInput &input); // by readout
ReportFigure figure_of_ratios(const ReportInput &input);       // error over modulus, on a scale of its own
ReportFigure figure_of_weights(const ReportInput &input, const Network &with_roles); // bits of w_l

// f; a readout; f less the readout, on one scale for all; for d >= 2 both along a line through the middle.
ReportFigure figure_of_target(const ReportFacts &input, const ReadoutPictures &pictures);
ReportFigure figure_of_readout(const ReportFacts &input, const ReadoutPictures &pictures, int readout);
ReportFigure figure_of_difference(const ReportFacts &input, const ReadoutPictures &pictures, int readout);
ReportFigure figure_of_section(const ReportFacts &input, const ReadoutPictures &pictures, int readout);

// All that the result has, in this order.
std::vector<ReportFigure> figures_of(const ReportInput &input, const ReadoutPictures &pictures);
std::vector<ReportFigure> figures_of(const LayersReportInput &input, const ReadoutPictures &pictures);

} // namespace layercert
