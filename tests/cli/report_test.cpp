#define BOOST_TEST_MODULE cli_report
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <nlohmann/json.hpp>

using namespace cli_test;

namespace {

// A result of `instance_text()`.
class Result {
public:
  Result() { make_result(write_file(folder_ / "instance.toml", instance_text()), path()); }
  fs::path path() const { return folder_ / "result"; }
  fs::path operator/(const std::string &name) const { return path() / name; }
  fs::path beside(const std::string &name) const { return folder_ / name; }

private:
  TemporaryFolder folder_;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_report_of_every_format_is_written_into_the_result_or_elsewhere) {
  const Result result;
  const Outcome outcome = run({"report", result.path().string()});
  BOOST_TEST(outcome.err.empty());
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(outcome.out.find("report.html") != std::string::npos);
  BOOST_TEST(read_file(result / "report.html").starts_with("<!DOCTYPE html>"));
  BOOST_TEST(run({"report", result.path().string(), "--format", "tex"}).status == 0);
  BOOST_TEST(read_file(result / "report.tex").find("\\begin{document}") != std::string::npos);
  const std::string csv = run({"report", result.path().string(), "--format", "csv", "--out", "-"}).out;
  BOOST_TEST(csv.starts_with("level,"));
  BOOST_TEST(
      run({"report", result.path().string(), "--format", "csv", "--out", result.beside("x.csv").string()})
          .status == 0);
  BOOST_TEST(read_file(result.beside("x.csv")) == csv);
  // A result with reports in it is a result still.
  BOOST_TEST(run({"check", result.path().string(), "--quiet"}).status == 0);
  BOOST_TEST(
      run({"certify", result.beside("instance.toml").string(), "--out", result.path().string(), "--quiet"})
          .status == 0);
  BOOST_TEST(!fs::exists(result / "report.html"));
}

// Results of two instances, in a folder that is no result itself.
BOOST_AUTO_TEST_CASE(a_folder_of_results_makes_one_page) {
  const TemporaryFolder folder;
  const fs::path results = folder / "results";
  write_file(folder / "plain.toml", instance_text());
  write_file(folder / "b.toml",
             "name = \"other\"\ntitle = \"1 & 2\"\nlatex = \"|x|\"\n" + instance_text("x"));
  BOOST_TEST(run({"certify", (folder / "plain.toml").string(), (folder / "b.toml").string(), "--out",
                  results.string()})
                 .status == 0);
  const Outcome made = run({"report", results.string()});
  BOOST_TEST(made.status == 0, made.err);
  const std::string page = read_file(results / "report.html");
  for (const char *piece : {"2 of 2 certified", "<a href=\"other/report.html\">1 &amp; 2</a>",
                            "<a href=\"plain/report.html\">plain</a>"}) {
    BOOST_TEST(holds(page, piece), piece);
  }
  BOOST_TEST(holds(read_file(results / "other/report.html"), "<h1>1 &amp; 2</h1>"));
  const std::string tex = run({"report", results.string(), "--format", "tex", "--out", "-"}).out;
  BOOST_TEST(holds(tex, "\n1 \\& 2 & 1 & 2 & $2$ & "), tex);
  BOOST_TEST(holds(run({"report", (results / "other").string(), "--format", "tex", "--out", "-"}).out,
                   "\\layercertformula{f = |x|}"));
  const std::string csv = run({"report", results.string(), "--format", "csv", "--out", "-"}).out;
  BOOST_TEST(count(csv, "\nplain,1,2,2,") == 2U);
  BOOST_TEST(count(csv, "\nother,1,2,2,") == 2U);
  // A result that was altered is in no table.
  write_file(results / "plain/instance.toml", instance_text("x"));
  refuses({"report", results.string()}, {"plain/instance.toml"});
}

BOOST_AUTO_TEST_CASE(the_parts_for_a_paper_are_files_of_the_result_or_of_another_folder) {
  const Result result;
  const std::vector<std::string> parts = {"report-preamble.tex", "report-formula.tex", "report-table.tex",
                                          "report-errors.tex",   "report-ratios.tex",  "report-pictures.tex"};
  std::vector<std::string> command = {"report", result.path().string(), "--format", "tex", "--fragment"};
  BOOST_TEST(run(command).status == 0);
  for (const std::string &part : parts) {
    BOOST_TEST(fs::exists(result / part), part);
  }
  BOOST_TEST(holds(read_file(result / "report-table.tex"), "\\label{tab:result}"));
  BOOST_TEST(holds(read_file(result / "report-table.tex"), "S[table-format="));
  BOOST_TEST(holds(read_file(result / "report-pictures.tex"),
                   "{" + result.path().string() + "/}")); // where the paper finds them
  command.insert(command.end(), {"--standalone", "--out", result.beside("paper").string()});
  BOOST_TEST(run(command).status == 0);
  BOOST_TEST(read_file(result.beside("paper/report-errors.pdf")).starts_with("%PDF-1.4"));
  BOOST_TEST(read_file(result.beside("paper/report-f.svg")).starts_with("<?xml"));
  BOOST_TEST(!fs::exists(result / "report-errors.pdf"));
  // A result with parts in it is a result still, which a new one may replace.
  BOOST_TEST(run({"check", result.path().string(), "--quiet"}).status == 0);
  BOOST_TEST(
      run({"certify", result.beside("instance.toml").string(), "--out", result.path().string(), "--quiet"})
          .status == 0);
  BOOST_TEST(!fs::exists(result / "report-table.tex"));
  refuses({"report", result.path().string(), "--fragment"}, {"goes with --format tex; found --format html"});
  refuses({"report", result.path().string(), "--format", "tex", "--standalone", "--out", "-"},
          {"expected a folder"});
}

BOOST_AUTO_TEST_CASE(a_page_says_what_the_run_and_a_check_said) {
  const Result result;
  const auto page = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"report", result.path().string(), "--out", "-"});
    return run(more).out;
  };
  BOOST_TEST(holds(page({}), "<dt>run time</dt>"));
  BOOST_TEST(holds(page({}), "not run for this report"));
  BOOST_TEST(holds(page({"--check"}), "accepted: every verdict is proved again, by the independent checker"));
  write_file(result / "run.json", "[1, 2");
  BOOST_TEST(!holds(page({}), "<dt>run time</dt>"));
}

BOOST_AUTO_TEST_CASE(the_same_result_gives_the_same_report) {
  const Result result;
  const std::vector<std::string> html = {"report", result.path().string(), "--out", "-"};
  const Outcome first = run(html);
  BOOST_TEST(first.status == 0);
  std::vector<std::string> one_thread = html;
  one_thread.insert(one_thread.end(), {"--threads", "1"});
  BOOST_TEST(run(one_thread).out == first.out);
}

BOOST_AUTO_TEST_CASE(what_is_no_result_is_refused) {
  const TemporaryFolder folder;
  refuses({"report", (folder / "none").string()}, {"cannot be read"});
  refuses({"report", folder.path().string()}, {"certificate.json: cannot be read"});
  refuses({"report"}, {"DIR is required"});
  const Result result;
  refuses({"report", result.path().string(), "--format", "pdf"},
          {"found \"pdf\"; expected \"html\", \"tex\" or \"csv\""});
  refuses({"report", result.path().string(), "--out", result.path().string()},
          {"exists and is no regular file"});
  refuses({"report", result.path().string(), "--out", (folder / "none/x.html").string()},
          {"cannot be written"});
  BOOST_TEST(contents(folder.path()).empty());
}

BOOST_AUTO_TEST_CASE(an_altered_result_has_no_report) {
  const Result result;
  const std::string certificate = read_file(result / "certificate.json");
  const std::string network = read_file(result / "network.json");
  const std::vector<std::string> report = {"report", result.path().string()};

  write_file(result / "network.json", network + " ");
  refuses(report, {"is not the file that was certified"});
  write_file(result / "network.json", network);

  write_file(result / "instance.toml", instance_text() + "# more\n");
  refuses(report, {"is not the file that was certified"});
  write_file(result / "instance.toml", instance_text());

  write_file(result / "certificate.json", certificate.substr(0, certificate.size() / 2));
  refuses(report, {"cut off or damaged"});
  nlohmann::json altered = nlohmann::json::parse(certificate);
  altered["levels"][0]["error_upper"] = "0x1p+9"; // and still called certified
  write_file(result / "certificate.json", altered.dump());
  refuses(report, {"/levels/0/ratio_upper"});
  write_file(result / "certificate.json", certificate);

  BOOST_TEST(run(report).status == 0);
  const std::string before = read_file(result / "report.html");
  write_file(result / "certificate.json", altered.dump());
  refuses(report, {"/levels/0/ratio_upper"});
  BOOST_TEST(read_file(result / "report.html") == before);
}
