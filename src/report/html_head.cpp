#include "html_sections.hpp"

#include "html_text.hpp"
#include "markup.hpp"
#include "report_text.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

// ---- the claim, in MathML

std::string mi(std::string_view name) { return fmt::format("<mi>{}</mi>", name); }
std::string mo(std::string_view name) { return fmt::format("<mo>{}</mo>", name); }
std::string mn(std::string_view number) { return fmt::format("<mn>{}</mn>", escaped(number)); }
std::string sub(const std::string &base, const std::string &index) {
  return fmt::format("<msub>{}{}</msub>", base, index);
}
std::string row(const std::string &content) { return "<mrow>" + content + "</mrow>"; }

std::string rational(const mpq_class &value) {
  return value.get_den() == 1 ? mn(value.get_num().get_str())
                              : fmt::format("<mfrac>{}{}</mfrac>", mn(value.get_num().get_str()),
                                            mn(value.get_den().get_str()));
}

// base^(-exponent l)
std::string falling_power(const std::string &base, const std::string &exponent) {
  return fmt::format("<msup>{}{}</msup>", base, row(mo("\u2212") + exponent + mi("l")));
}

std::string norm_of(const std::string &content, const std::string &p) {
  return sub(row(mo("\u2016") + content + mo("\u2016")), p);
}

std::string claim(const Instance &instance, const std::optional<HoelderCorollary> &corollary) {
  const std::string p = rational(instance.p);
  const std::string factor = mn(std::to_string(2 * instance.dimension + 1));
  const std::string error = norm_of(mi("f") + mo("\u2212") + sub(mi("\u03a6"), mi("l")), p);
  const std::string scale = falling_power(mn(std::to_string(instance.N)), "");
  std::string math = error + mo("\u2264") + factor + "<mspace width=\"0.17em\"/>" + sub(mi("\u03c9"), p) +
                     row(mo("(") + mi("f") + mo(",") + scale + mo(")"));
  if (corollary) {
    math += mo("\u2264") + factor;
    if (corollary->lambda != 1) {
      math += mo("\u00b7") + rational(corollary->lambda);
    }
    math += mo("\u00b7");
    math += falling_power(mn(std::to_string(instance.N)),
                          corollary->alpha == 1 ? "" : rational(corollary->alpha));
  }
  return fmt::format("<math display=\"block\" class=\"claim\">{}</math>", row(math));
}

std::string facts(const ReportInput &input) {
  const Instance &instance = input.instance;
  const Certificate &certificate = input.certificate;
  return "<dl class=\"facts\">" + html_fact(html_letter("d"), std::to_string(instance.dimension)) +
         html_fact(html_letter("N"), std::to_string(instance.N)) +
         html_fact(html_letter("p"), escaped(instance.p.get_str())) +
         html_fact("levels", std::to_string(certificate.levels.size())) +
         html_fact("finest cells", std::to_string(certificate.levels.back().cells)) +
         html_fact("hidden layers", std::to_string(certificate.architecture.hidden_layers)) +
         html_fact("width", std::to_string(certificate.architecture.width)) +
         html_fact("parameters", std::to_string(certificate.architecture.parameters)) + "</dl>\n";
}

// What has to be said besides, each in a sentence.
std::string remarks(const ReportInput &input) {
  const Certificate &certificate = input.certificate;
  std::string text = html_remark_on_remainder(input.instance);
  if (certificate.hoelder) {
    text += certificate.hoelder->verified
                ? " The H\u00f6lder condition for the second inequality is verified."
                : " The H\u00f6lder condition for the second inequality is assumed, not verified.";
  }
  if (certificate.accuracy) {
    text += certificate.accuracy->level == 0
                ? fmt::format(" No level reaches the wanted accuracy {}.",
                              escaped(certificate.accuracy->accuracy.get_str()))
                : fmt::format(" Level {} is the first to reach the wanted accuracy {}{}.",
                              certificate.accuracy->level, escaped(certificate.accuracy->accuracy.get_str()),
                              certificate.accuracy->smallest_proved ? ", and those before are proved not to"
                                                                    : "");
  }
  return text.empty() ? text : "<p class=\"remarks\">" + text.substr(1) + "</p>\n";
}

} // namespace

std::string html_target(const ReportFacts &input) {
  const Instance &instance = input.instance;
  const std::string code = fmt::format("<pre class=\"code\">{}</pre>", escaped(target_text(input)));
  if (instance.expression.empty()) {
    return fmt::format("<p class=\"target\">{} is the {}, {} between its samples</p>\n", html_letter("f"),
                       escaped(target_text(input)),
                       instance.interpolation == Interpolation::Constant ? "constant" : "multilinear");
  }
  if (const std::optional<FormulaNode> formula = formula_of(input)) {
    return fmt::format("<div class=\"target formula\">{}</div>\n<details class=\"source\"><summary>as "
                       "code</summary>{}</details>\n",
                       mathml_of(*formula, instance.dimension), code);
  }
  return fmt::format("<p class=\"target\">{} is an expression of {} characters</p>\n<details "
                     "class=\"source\"><summary>as code"
                     "</summary>{}</details>\n",
                     html_letter("f"), instance.expression.size(), code);
}

std::string html_modulus_definition(const Instance &instance) {
  const std::string p = rational(instance.p);
  const std::string size = row(mo("|") + mi("h") + mo("|"));
  const std::string h = instance.norm == ShiftNorm::Euclidean ? size
                        : instance.norm == ShiftNorm::Max     ? sub(size, "<mn>\u221e</mn>")
                                                              : sub(size, mn("1"));
  return fmt::format("<math>{}</math>",
                     row(sub(mi("\u03c9"), p) + row(mo("(") + mi("f") + mo(",") + mi("t") + mo(")")) +
                         mo("=") +
                         fmt::format("<munder><mo>sup</mo>{}</munder>", row(h + mo("\u2264") + mi("t"))) +
                         norm_of(mi("f") + row(mo("(") + mo("\u00b7") + mo("+") + mi("h") + mo(")")) +
                                     mo("\u2212") + mi("f"),
                                 p)));
}

std::string html_remark_on_remainder(const Instance &instance) {
  return instance.remainder > 0 ? fmt::format(" {} is any function within {} of what is written above.",
                                              html_letter("f"), escaped(instance.remainder.get_str()))
                                : std::string();
}

std::string html_head_section(const LayersReportInput &input) {
  const LayersCertificate &certificate = input.certificate;
  const Instance &instance = input.instance;
  const Status status = certificate.verdict();
  const std::string p = rational(instance.p);
  const std::string error = norm_of(mi("f") + mo("\u2212") + sub(mi("\u03a6"), mi("i")), p);
  const std::string wanted = certificate.at_most
                                 ? rational(*certificate.at_most)
                                 : mn(std::to_string(2 * instance.dimension + 1)) +
                                       "<mspace width=\"0.17em\"/>" + sub(mi("\u03c9"), p) +
                                       row(mo("(") + mi("f") + mo(",") +
                                           falling_power(mn(std::to_string(instance.N)), "") + mo(")"));
  std::string remarks = html_remark_on_remainder(instance);
  remarks = remarks.empty() ? remarks : "<p class=\"remarks\">" + remarks.substr(1) + "</p>\n";
  return fmt::format(
      "<header>\n<p class=\"kind\">layercert report of a network</p>\n<h1>{}</h1>\n{}"
      "<p class=\"verdict {}\"><span aria-hidden=\"true\">{}</span> {}</p>\n"
      "<dl class=\"facts\">{}</dl>\n<math display=\"block\" class=\"claim\">{}</math>\n"
      "<p class=\"note\">for the readouts {} of the network in {}, read as exact real arithmetic{}.</p>\n{}"
      "<p class=\"note\">Bounds and verdicts are those of <code>certificate.json</code>, rounded to the safe "
      "side.</p>\n</header>\n",
      escaped(heading_text(input)), html_target(input), name_of(status), html_sign(status),
      escaped(verdict_text(certificate)),
      html_fact(html_letter("d"), std::to_string(instance.dimension)) +
          html_fact(html_letter("p"), escaped(instance.p.get_str())) +
          (certificate.at_most ? "" : html_fact(html_letter("N"), std::to_string(instance.N))) +
          html_fact("readouts", std::to_string(certificate.readouts.size())) +
          html_fact("units", std::to_string(certificate.count.units)) +
          html_fact("parameters", std::to_string(certificate.count.parameters)) +
          html_fact("activations",
                    certificate.count.activations.empty() ? "none" : escaped(certificate.count.activations)),
      row(error + mo("\u2264") + wanted), html_text_of("*\u03a6*_{i}"),
      escaped(input.model_sha256.empty() ? input.network_file : "network.onnx"),
      certificate.at_most ? ""
                          : ", each beside the level " + html_letter("l") + " that the table says; " +
                                html_modulus_definition(instance),
      remarks);
}

std::string html_head_section(const ReportInput &input) {
  const Certificate &certificate = input.certificate;
  const Status status = certificate.verdict();
  return fmt::format(
      "<header>\n<p class=\"kind\">layercert report</p>\n<h1>{}</h1>\n{}"
      "<p class=\"verdict {}\"><span aria-hidden=\"true\">{}</span> {}{}</p>\n{}{}\n"
      "<p class=\"note\">for the readouts {} of one network, each reading its first {} + 2 hidden layers; "
      "{}.</p>\n{}"
      "<p class=\"note\">Bounds and verdicts are those of <code>certificate.json</code>, rounded to the safe "
      "side.</p>\n"
      "</header>\n",
      escaped(heading_text(input)), html_target(input), name_of(status), html_sign(status),
      status == Status::Certified ? "Claim R is " : "Claim R: ", escaped(verdict_text(certificate)),
      facts(input), claim(input.instance, certificate.hoelder), html_text_of("*\u03a6*_{l}"),
      html_letter("l"), html_modulus_definition(input.instance), remarks(input));
}

} // namespace layercert
