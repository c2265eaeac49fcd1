#include "command_line.hpp"
#include "commands.hpp"
#include "limits.hpp"

#include "instance/nearest_name.hpp"
#include "layercert/certify/effort.hpp"
#include "layercert/error.hpp"
#include "report/regression.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <charconv>
#include <iostream>

namespace layercert::cli {

namespace {

constexpr const char *kExitStatus =
    "Exit status: 0 all certified or accepted; 1 something refuted, undecided or rejected, the output says "
    "what;\n"
    "2 wrong input or usage, one line on stderr says what was expected; 128 + signal when interrupted.\n"
    "Verdicts are coloured on terminals, unless NO_COLOR is set.";

constexpr const char *kForms = "json|binary|auto";

// A check of the text itself, so that the message says what was found.
std::function<std::string(const std::string &)> integer_in(std::int64_t least, std::int64_t most) {
  return [=](const std::string &text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good =
        fault == std::errc() && end == text.data() + text.size() && value >= least && value <= most;
    return good ? std::string()
                : fmt::format("found \"{}\"; expected an integer from {} to {}", text, least, most);
  };
}

std::string part_of_one(const std::string &text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = fault == std::errc() && end == text.data() + text.size() && value > 0 && value <= 1;
  return good ? std::string() : fmt::format("found \"{}\"; expected a number above 0 and at most 1", text);
}

std::string not_empty(const std::string &text) {
  return text.empty() ? "found an empty name; expected a file or folder" : "";
}

std::function<std::string(const std::string &)> one_of(const std::vector<std::string_view> &words) {
  return [=](const std::string &text) {
    return std::find(words.begin(), words.end(), text) != words.end()
               ? std::string()
               : fmt::format("found \"{}\"; expected {}", text, quoted_list(words));
  };
}

std::vector<std::string_view> effort_names() {
  std::vector<std::string_view> names;
  for (const Effort &effort : efforts()) {
    names.push_back(effort.name);
  }
  return names;
}

// "quick 1, default 0.01, thorough 0.001"
template <class Text> std::string by_effort(const Text &text) {
  std::string all;
  for (const Effort &effort : efforts()) {
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", effort.name, text(effort));
  }
  return all;
}

class CommandLine {
public:
  CommandLine() {
    app_.name("layercert");
    app_.set_version_flag("--version,-V", std::string("layercert ") + LAYERCERT_VERSION);
    app_.require_subcommand(1);
    app_.footer(std::string(kExitStatus) +
                "\n\nExamples:\n"
                "  layercert certify data/instances/wave2.toml --out results/wave2\n"
                "  layercert check results/wave2\n"
                "  layercert evaluate results/wave2/network.json --at 0.25,1/3\n"
                "  layercert report results/wave2\n"
                "\nlayercert COMMAND --help says more about a command.");
    add_certify();
    add_merge();
    add_check();
    add_stability();
    add_regress();
    add_evaluate();
    add_convert();
    add_report();
    add_prove();
    add_new();
    add_examples();
    add_version_and_cite();
  }

  Invocation read(int argc, const char *const *argv) {
    if (argc < 2) {
      std::cout << app_.help() << std::flush;
      return usage("no command; expected " + quoted_list(command_names()));
    }
    const std::string_view first = argv[1];
    const std::vector<std::string_view> names = command_names();
    if (first == "help") {
      const bool known = argc == 3 && std::find(names.begin(), names.end(), argv[2]) != names.end();
      std::cout << (known ? app_.get_subcommand(argv[2])->help(app_.get_name()) : app_.help());
      return {};
    }
    if (!first.starts_with('-') && std::find(names.begin(), names.end(), first) == names.end()) {
      return usage(fmt::format("unknown command \"{}\"; {}", first, suggestion(first, names)));
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success &wish) { // --help, --version
      return {{}, app_.exit(wish)};
    } catch (const CLI::ParseError &error) {
      return usage(fault_of(error));
    }
    for (const auto &[command, run] : commands_) {
      if (command->parsed()) {
        return {run, 0};
      }
    }
    return {};
  }

private:
  CLI::App *add(const char *name, const char *does, std::function<int()> run) {
    CLI::App *command = app_.add_subcommand(name, does);
    commands_.emplace_back(command, std::move(run));
    return command;
  }

  void add_certify() {
    CLI::App *command = add("certify", "Build the networks of instances and certify every level.",
                            [this] { return certify_command(certify_); });
    command
        ->add_option("INSTANCE", certify_.instances,
                     "instances: TOML files, folders whose files *.toml are meant, or - for standard\n"
                     "input; several of them end with one table of functions by levels")
        ->type_name("")
        ->required()
        ->check(not_empty);
    CLI::Option *out =
        command
            ->add_option(
                "--out", certify_.out,
                "folder for the network, the certificate and copies of the instance and its\n"
                "samples; written whole or not at all; a former result there is replaced; of several\n"
                "instances, and of a folder, each has a result DIR/NAME of its own")
            ->type_name("DIR")
            ->check(not_empty);
    add_threads(command, certify_.threads);
    add_effort(command);
    command
        ->add_option(
            "--format", certify_.format,
            "form of the network: json (network.json), binary (network.lcn), or auto, by size (auto)")
        ->type_name(kForms);
    add_other_network(command);
    command->add_flag(
        "--subdivisions,!--no-subdivisions", certify_.subdivisions,
        "list in the certificate how the integrals were cut: layercert check DIR then proves it again,\n"
        "by other arithmetic and without a search (listed; --no-subdivisions keeps it short)");
    command->add_flag("--timing", certify_.timing,
                      "keep in DIR/timing.json how long it took, for layercert regress");
    command
        ->add_flag("--resume", certify_.resume,
                   "take up the levels that an unfinished run of the same instance, options and version has\n"
                   "kept beside DIR; the result is the same as without. A run without --resume removes them")
        ->needs(out);
    add_shards(command, out);
    add_output(command, certify_);
    command->footer(
        "Exit status 0 if every level is certified, 1 if not.\n\n"
        "Examples:\n"
        "  layercert certify data/instances/wave2.toml\n"
        "  layercert certify data/instances/wave2.toml --out results/wave2 --threads 2\n"
        "  layercert certify data/instances/wave2.toml data/instances/jump1.toml --out results/two\n"
        "  layercert certify data/instances/wave2.toml --json --quiet > wave2.json\n"
        "  layercert certify data/instances/wave2.toml --accuracy 1/20 --out results/short\n"
        "  layercert certify data/instances/wave2.toml --effort quick\n"
        "  layercert certify data/instances/wave2.toml --out results/wave2 --resume\n"
        "  layercert certify data/instances/wave2.toml --shards shards --shard 1/2\n"
        "  mpirun -n 2 layercert certify data/instances/wave2.toml --out results/wave2\n"
        "  layercert certify data/instances/wave2.toml --tolerance 0.001\n"
        "  layercert certify data/instances/wave2.toml --network trained.onnx --at-most 0.02");
  }

  // How far certify goes.
  void add_effort(CLI::App *command) {
    command
        ->add_option(
            "--effort", certify_.effort,
            "how much to do beyond the verdicts: quick (a level is done once its claims are decided),\n"
            "default, or thorough (a smaller tolerance, more boxes); it counts boxes and no seconds, so\n"
            "the certificate depends on no clock (default)")
        ->type_name("quick|default|thorough")
        ->check(one_of(effort_names()));
    command
        ->add_option("--boxes", certify_.boxes,
                     "at most so many boxes an integral, though always 4 a cell\n(" +
                         by_effort([](const Effort &effort) { return fmt::to_string(effort.boxes); }) + ")")
        ->type_name("n")
        ->check(integer_in(1, static_cast<std::int64_t>(most_boxes())));
    command
        ->add_option(
            "--tolerance", certify_.tolerance,
            "wanted relative width of the enclosures of errors and moduli, above 0 and at\n"
            "most 1; verdicts do not depend on it, and --boxes bounds the effort\n"
            "(" +
                by_effort([](const Effort &effort) { return fmt::format("{:g}", effort.tolerance); }) + ")")
        ->type_name("x")
        ->check(part_of_one);
    command
        ->add_option(
            "--accuracy", certify_.accuracy,
            "stop at the first level whose error is certified to be at most this, and keep only the\n"
            "part of the network that its readout needs; status 1 if no level is so accurate")
        ->type_name("x")
        ->check(not_empty);
  }

  // What is certified of a network that others made.
  void add_other_network(CLI::App *command) {
    command
        ->add_option(
            "--network", certify_.network,
            "certify the readouts of this network instead of building one: ONNX, or network.json of\n"
            "any layers; every output is a readout, the first one that of level 1, and so on")
        ->type_name("FILE")
        ->check(not_empty);
    command
        ->add_option("--readouts", certify_.readouts,
                     "of that network: these outputs alone, and the levels that they are compared with")
        ->type_name("NAME[=l],...")
        ->check(not_empty);
    command->add_flag("--sup", certify_.sup, "with --network: enclose the supremum of the error, too");
    command
        ->add_option("--at-most", certify_.at_most,
                     "with --network: compare every error with this number instead of the theorem's bound")
        ->type_name("x")
        ->check(not_empty);
  }

  // How the work is divided.
  void add_shards(CLI::App *command, CLI::Option *out) {
    CLI::Option *shards =
        command
            ->add_option(
                "--shards", certify_.shards,
                "keep every finished piece of the work in this folder for good, and take up those that\n"
                "are there; other machines may fill it at the same time")
            ->type_name("DIR")
            ->check(not_empty);
    command
        ->add_option(
            "--shard", certify_.shard,
            "do only the i-th of n parts of the work, and leave its pieces in the folder of --shards;\n"
            "layercert merge joins them")
        ->type_name("i/n")
        ->needs(shards)
        ->excludes(out)
        ->check(not_empty);
  }

  void add_merge() {
    CLI::App *command = add("merge", "Join shards into the result that one run would have written.",
                            [this] { return merge_command(merge_); });
    command->add_option("DIR", merge_.shards, "what certify --shards DIR --shard i/n has filled, for every i")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command
        ->add_option("--out", merge_.out,
                     "folder for the result, as certify --out writes it, byte for byte but for run.json")
        ->type_name("DIR")
        ->check(not_empty);
    add_threads(command, merge_.threads);
    command->add_flag("--timing", merge_.timing,
                      "keep in DIR/timing.json how long it took, for layercert regress");
    add_output(command, merge_);
    command->footer("Exit status 0 if every level is certified, 1 if not; 2 if a shard is missing, altered, "
                    "or of another run.\n\n"
                    "Examples:\n"
                    "  layercert certify data/instances/wave2.toml --shards shards --shard 1/2\n"
                    "  layercert certify data/instances/wave2.toml --shards shards --shard 2/2\n"
                    "  layercert merge shards --out results/wave2");
  }

  void add_check() {
    CLI::App *command =
        add("check",
            "Prove a result again from its files alone, by the independent checker (other code, Arb's "
            "arithmetic, no\n"
            "search). What that cannot do, or with --anew: certify the network anew, compare with the "
            "certificate\n"
            "number by number, and compare values of the network with a layer by layer evaluation.",
            [this] { return check_command(check_); });
    command->add_option("DIR", check_.folder, "a folder that layercert certify --out has written")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command->add_flag("--anew", check_.anew,
                      "certify the network anew, though the independent checker could do");
    add_threads(command, check_.threads);
    command->add_flag("--quiet", check_.quiet, "no progress");
    command->add_flag("--json", check_.json, "print the outcome as JSON");
    command
        ->add_flag("--verified", check_.verified, "run layercert-verified, the checker that Coq has proved")
        ->excludes("--anew")
        ->excludes("--json");
    command->footer("Exit status 0 if accepted, 1 if rejected: something was altered or is not certified.\n\n"
                    "Examples:\n"
                    "  layercert check results/wave2\n"
                    "  layercert check results/wave2 --json --quiet\n"
                    "  mpirun -n 2 layercert check results/wave2");
  }

  void add_stability() {
    CLI::App *command = add(
        "stability",
        "Say how the readouts of a result fare in finite precision, where every weight and every operation\n"
        "is rounded to nearest: proved bounds of the difference from the exact readouts, what is observed,\n"
        "and the fewest bits for which the certified claim still holds.",
        [this] { return stability_command(stability_); });
    command->add_option("DIR", stability_.folder, "a folder that layercert certify --out has written")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command
        ->add_option("--samples", stability_.samples,
                     "cells to observe, a level and precision, 0 for none (all, or what takes a minute)")
        ->type_name("n")
        ->check(integer_in(0, std::int64_t{1} << 40));
    command
        ->add_option("--ulps", stability_.ulps,
                     "of a network of others: sine, tanh and the like are off by at most so many units in\n"
                     "the last place (4)")
        ->type_name("u")
        ->check(CLI::Range(0.5, 1e6));
    command
        ->add_option("--float", stability_.float_format,
                     "of a network of others: the format whose tolerance is printed for a test (fp32)")
        ->type_name("fp16|bf16|fp32|fp64")
        ->check(CLI::IsMember({"fp16", "bf16", "fp32", "fp64"}));
    command
        ->add_option(
            "--out", stability_.out,
            "write the profile to this file as JSON; DIR/stability.json is where regress looks for it")
        ->type_name("FILE")
        ->check(not_empty);
    command->add_option("--plot", stability_.plot, "draw the differences by the bits to this file, as SVG")
        ->type_name("FILE")
        ->check(not_empty);
    add_threads(command, stability_.threads);
    command->add_flag("--quiet", stability_.quiet, "no progress");
    command->add_flag("--json", stability_.json, "print the profile as JSON");
    command->footer(
        "The precisions are those of IEEE 754's single, double and quadruple formats (24, 53, 113), the\n"
        "extended one (64), and powers of two. The error and the bound of the claim are taken from the\n"
        "certificate, which layercert check verifies.\n\n"
        "Double precision fails, and has to: the weight w_l of level l holds a value for each of the\n"
        "N^(d l) cells in about b N^(d l) bits, and a number of P bits keeps the first P of them. The sine "
        "of\n"
        "w_l times the first sine is then wrong in its whole turns. Before that, the ramps of width\n"
        "1/2^q already ask for more than q bits. What can be computed with P bits is a claim up to some "
        "level.\n\n"
        "Columns: \"differs\" is the largest difference of computed and exact readout in the middles of the\n"
        "cells, a bound for all (<=) and the largest observed (>=); \"norm\" bounds its L^p norm over the "
        "cube;\n"
        "\"last bit\" is how much the exact readout changes with the last bit of w_l. The claim holds if "
        "the\n"
        "error plus that norm is at most its bound.\n\n"
        "Exit status 0 if some precision is enough for every level, 1 if not.\n\n"
        "Examples:\n"
        "  layercert stability results/wave2\n"
        "  layercert stability results/wave2 --samples 0 --json\n"
        "  layercert stability results/wave2 --out results/wave2/stability.json --plot wave2.svg");
  }

  void add_regress() {
    CLI::App *command = add(
        "regress",
        "Compare new results with older ones of the same instances: verdicts, ratios, widths of enclosures,\n"
        "bits that are enough in finite precision, run time.",
        [this] { return regress_command(regress_); });
    command
        ->add_option("BASELINE", regress_.baseline,
                     "the older result, or a folder of results; certificate.json is enough")
        ->type_name("DIR")
        ->required()
        ->check(not_empty);
    command->add_option("NEW", regress_.now, "the new result, or a folder of results of the same names")
        ->type_name("DIR")
        ->required()
        ->check(not_empty);
    command
        ->add_option(
            "--thresholds", regress_.thresholds,
            "TOML file that says how much worse a number may be; its keys and what holds without it:\n" +
                thresholds_help())
        ->type_name("FILE")
        ->check(not_empty);
    command->add_option("--junit", regress_.junit, "write the comparisons to this file as JUnit XML")
        ->type_name("FILE")
        ->check(not_empty);
    command->add_flag(
        "--update", regress_.update,
        "accept NEW: show the comparisons, then let the certificates of NEW (and its stability.json and\n"
        "timing.json) take the place of those in BASELINE, which need not exist yet");
    command->add_flag("--json", regress_.json, "print the comparisons as JSON");
    command->footer(
        "A result or a level that is missing in NEW is worse. One that is new is better if it is certified,\n"
        "and worse if it is refuted or undecided: --update accepts it as it is.\n"
        "Bits are compared if both results hold a stability.json (layercert stability --out), times if both\n"
        "hold a timing.json (layercert certify --timing). Enclosures of the same number that do not overlap "
        "are\n"
        "always worse: one of them is wrong. Files are taken as they are; layercert check verifies them.\n\n"
        "With --update no file is replaced unless all could be read and written; each one is replaced "
        "whole.\n"
        "A result of BASELINE that NEW has not stays, and is worse until its folder is removed.\n\n"
        "Exit status 0 if nothing is worse, 1 if something is; with --update, if something is worse "
        "still.\n\n"
        "Examples:\n"
        "  layercert regress baseline results --update\n"
        "  layercert regress baseline/wave2 results/wave2\n"
        "  layercert regress baseline results --thresholds thresholds.toml --junit junit.xml");
  }

  static std::string thresholds_help() {
    const RegressionThresholds t;
    return fmt::format(
        "ratio = {} and width = {}: relative growth of a ratio and of an enclosure's width;\n"
        "width_floor = {}: a relative width that is always good enough;\n"
        "bits = {}: relative growth of the bits; time = {}: times as long; time_floor = {}: seconds\n"
        "that are always short enough",
        t.ratio, t.width, t.width_floor, t.bits, t.time, t.time_floor);
  }

  void add_evaluate() {
    CLI::App *command = add("evaluate", "Enclose the readouts of a network at a point, layer by layer.",
                            [this] { return evaluate_command(evaluate_); });
    command->add_option("NETWORK", evaluate_.network, "a network.json or network.lcn")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command
        ->add_option("--at", evaluate_.point,
                     "the coordinates, from 0 to 1, taken exactly: decimals, fractions or\n"
                     "hexadecimal floats")
        ->type_name("X,Y,..")
        ->required();
    command
        ->add_option("--precision", evaluate_.precision,
                     "bits of the interval arithmetic; few give wide enclosures, never wrong ones\n"
                     "(enough for 64 bits after the point)")
        ->type_name("BITS")
        ->check(integer_in(2, 4000000000));
    command->add_option("--level", evaluate_.level, "only this level (all)")
        ->type_name("l")
        ->check(integer_in(1, 1000000));
    command->add_flag("--json", evaluate_.json, "print as JSON");
    command->footer("Examples:\n"
                    "  layercert evaluate results/wave2/network.json --at 0.25,1/3\n"
                    "  layercert evaluate results/wave2/network.json --at 0x1p-2,0.5 --level 3 --json");
  }

  void add_convert() {
    CLI::App *command = add("convert",
                            "Write a network in another form: as JSON or binary, without loss; or with its "
                            "weights rounded to dyadic\n"
                            "numbers, with a proved bound of how far each readout moves. Status 1 if a claim "
                            "of the result is not proved to\n"
                            "survive that.",
                            [this] { return convert_command(convert_); });
    command
        ->add_option("NETWORK", convert_.network, "a network.json or network.lcn, or the folder of a result")
        ->type_name("")
        ->required()
        ->check(not_empty);
    CLI::Option *to =
        command->add_option("--to", convert_.to, "the form; auto is by size")->type_name(kForms);
    // A text, since an option without its value comes as an empty one, which would be read as a number.
    CLI::Option *dyadic = command
                              ->add_option_function<std::string>(
                                  "--dyadic",
                                  [this](const std::string &bits) {
                                    convert_.dyadic = true;
                                    convert_.bits =
                                        bits.empty() ? std::nullopt : std::optional(std::stoi(bits));
                                  },
                                  "round weights that are no dyadic numbers to BITS bits; without BITS, so "
                                  "that no phase moves by 2^-64")
                              ->type_name("[BITS]")
                              ->expected(0, 1)
                              ->check([](const std::string &bits) {
                                return bits.empty() ? std::string() : CLI::Range(2, 1 << 30)(bits);
                              });
    command->final_callback([to, dyadic] {
      if (to->empty() && dyadic->empty()) {
        throw CLI::RequiredError("--to or --dyadic");
      }
    });
    command->add_option("--out", convert_.out, "the file to write; a former one is replaced")
        ->type_name("FILE")
        ->required()
        ->check(not_empty);
    command->add_flag("--json", convert_.json,
                      "print name, size and SHA-256 of the file, and the bounds, as JSON");
    command->footer("Examples:\n"
                    "  layercert convert results/wave2/network.json --to binary --out wave2.lcn\n"
                    "  layercert convert results/wave2 --dyadic --out wave2.json\n"
                    "  layercert convert results/wave2 --dyadic 53 --out wave2-53.json");
  }

  void add_report() {
    CLI::App *command =
        add("report",
            "Write a result as a document: one HTML page with plots, pictures and the network, or LaTeX, or "
            "CSV. The\n"
            "bounds and verdicts are those of the certificate; layercert check proves them anew.",
            [this] { return report_command(report_); });
    command
        ->add_option("DIR", report_.folder,
                     "a folder that layercert certify --out has written, or a folder of such folders: one\n"
                     "table of functions by levels, with a page for each that the HTML form leads to")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command->add_option("--format", report_.format, "the kind of document (html)")
        ->type_name("html|tex|csv")
        ->check(one_of({"html", "tex", "csv"}));
    command
        ->add_option(
            "--out", report_.out,
            "the file to write, - for standard output; a former file is replaced\n"
            "(report.html, report.tex or report.csv in DIR); with --fragment or --standalone a folder (DIR)")
        ->type_name("FILE")
        ->check(not_empty);
    command->add_flag(
        "--fragment", report_.fragment,
        "with --format tex: what a paper takes by \\input, report-formula.tex, -table.tex, -errors.tex,\n"
        "-ratios.tex and -pictures.tex, and report-preamble.tex with the packages");
    command->add_flag("--standalone", report_.standalone,
                      "with --format tex: every figure as report-NAME.svg and report-NAME.pdf");
    command->add_flag(
        "--check", report_.check,
        "run layercert check first, and say in the page what came of it; nothing is written if the\n"
        "result is rejected");
    add_threads(command, report_.threads);
    command->add_flag("--quiet", report_.quiet, "no progress");
    command->footer("Exit status 0 if the report was written, whatever the verdicts in it.\n\n"
                    "Examples:\n"
                    "  layercert report results/wave2\n"
                    "  layercert report results/wave2 --format tex --out wave2.tex\n"
                    "  layercert report results/wave2 --format tex --fragment --standalone --out figures\n"
                    "  layercert report results/wave2 --format csv --out - | column -s, -t");
  }

  void add_prove() {
    CLI::App *command = add(
        "prove",
        "Write a Coq file that states claim R for the network and the target of a result, and proves it.\n"
        "For samples without interpolation, and for bounded targets made of numbers, pi, e, coordinates,\n"
        "+ - * /, whole powers, sqrt, exp, log, sin, cos, tan, atan, sinh, cosh, abs, min, max, step, "
        "floor,\n"
        "sign, if and comparisons.",
        [this] { return prove_command(prove_); });
    command->add_option("DIR", prove_.folder, "a folder that layercert certify --out has written")
        ->type_name("")
        ->required()
        ->check(not_empty);
    command->add_option("--out", prove_.out, "the file to write; a former one is replaced (standard output)")
        ->type_name("FILE.v")
        ->check(not_empty);
    command->add_option("--level", prove_.level, "only the network of the first l levels (all)")
        ->type_name("l")
        ->check(integer_in(1, 64));
    command->footer(
        "coqc -Q proofs/theory Layercert FILE.v checks the file, after make -C proofs; that it "
        "does is the proof.\n"
        "Exit status 1 if d = 1 and no cut into boxes was found that would prove it. In several dimensions,\n"
        "and for jumps and samples, Coq refuses a file whose bounds are too coarse; layercert check "
        "--verified\n"
        "DIR finds that out in seconds.\n\n"
        "Example:\n"
        "  layercert prove results/parabola --out parabola.v");
  }

  void add_new() {
    CLI::App *command =
        add("new", "Write an instance with comments, to begin with.", [this] { return new_command(new_); });
    command->add_option("FILE", new_.file, "the file to write, which must not exist (standard output)")
        ->type_name("")
        ->check(not_empty);
    command
        ->add_option("--expression", new_.expression,
                     "the target in the variables x0, x1, ... or x, y, z (one that certifies)")
        ->type_name("TEXT")
        ->check(not_empty);
    command->add_option("--image", new_.image, "the target is this image, PGM or PNG")
        ->type_name("FILE")
        ->check(not_empty);
    command->add_option("--table", new_.table, "the target is this table, CSV or NPY")
        ->type_name("FILE")
        ->check(not_empty);
    command->add_option("--interpolation", new_.interpolation, "of an image or table (constant)")
        ->type_name("constant|multilinear")
        ->check(one_of({"constant", "multilinear"}));
    command->add_option("--remainder", new_.remainder, "f may differ from the target by so much (0)")
        ->type_name("x");
    command
        ->add_option("--dimension", new_.dimension,
                     "d, from 1 to 10 (as the expression needs, else 2); a table needs it")
        ->type_name("d")
        ->check(integer_in(1, 10));
    command->add_option("--N", new_.N, "cells of level l have side N^-l (2, or as the samples need)")
        ->type_name("n")
        ->check(integer_in(2, 1000));
    command->add_option("--depth", new_.depth, "the number of levels (such that it takes seconds)")
        ->type_name("L")
        ->check(integer_in(1, 64));
    command->add_option("--p", new_.p, "errors are measured in L^p, an exact number (2)")->type_name("p");
    command->add_option("--norm", new_.norm, "of shifts (euclidean)")
        ->type_name("euclidean|max|one")
        ->check(one_of({"euclidean", "max", "one"}));
    CLI::Option *lambda =
        command->add_option("--lambda", new_.lambda, "certify the corollary for this constant as well")
            ->type_name("x");
    command->add_option("--alpha", new_.alpha, "and this exponent, above 0 and at most 1 (1)")
        ->type_name("x")
        ->needs(lambda);
    command->add_flag("--json", new_.json, "print the text and the name of the file as JSON");
    command->footer("Examples:\n"
                    "  layercert new first.toml\n"
                    "  layercert new waves.toml --expression 'sin(5*x)*y' --p 7/2\n"
                    "  layercert new photo.toml --image photo.png");
  }

  void add_examples() {
    CLI::App *command =
        add("examples", "List the instances that come with the program, print one, or copy one.",
            [this] { return examples_command(examples_); });
    CLI::Option *name = command->add_option("EXAMPLE", examples_.name, "print this one (list all)")
                            ->type_name("")
                            ->check(not_empty);
    command
        ->add_option("--out", examples_.out,
                     "copy it, and the samples that it needs, into this folder; nothing is replaced")
        ->type_name("DIR")
        ->needs(name)
        ->check(not_empty);
    command->add_flag("--names", examples_.names, "list nothing but the names");
    command->add_flag("--json", examples_.json, "print as JSON");
    command->footer("Examples:\n"
                    "  layercert examples\n"
                    "  layercert examples wave2\n"
                    "  layercert examples jacksboro64 --out mine");
  }

  void add_version_and_cite() {
    add("version", "Print the version.", [] { return version_command(); })
        ->footer("Example:\n"
                 "  layercert version");
    add("cite", "Print BibTeX entries of the program and of the paper whose theorem it makes concrete.",
        [] { return cite_command(); })
        ->footer("Example:\n"
                 "  layercert cite >> paper.bib");
  }

  // What a run that ends in a certificate shows.
  template <class Arguments> static void add_output(CLI::App *command, Arguments &arguments) {
    CLI::Option *quiet = command->add_flag("--quiet", arguments.quiet, "no progress");
    command
        ->add_flag("--progress", arguments.progress,
                   "show progress and verdicts on standard error even if it is no terminal, line by line")
        ->excludes(quiet);
    command->add_flag("--json", arguments.json, "print the certificate as JSON instead of the table");
  }
  static void add_threads(CLI::App *command, int &threads) {
    command->add_option("--threads", threads, "threads; 0 for as many as there are processors (0)")
        ->type_name("n")
        ->check(integer_in(0, 1024));
  }

  std::vector<std::string_view> command_names() const {
    std::vector<std::string_view> names;
    for (const auto &[command, run] : commands_) {
      names.push_back(command->get_name());
    }
    return names;
  }

  // One line. An option that does not exist is named first, for what is said to be missing or too much
  // follows from it.
  std::string fault_of(const CLI::ParseError &error) const {
    const std::vector<CLI::App *> given = app_.get_subcommands();
    const CLI::App &command = given.empty() ? app_ : *given.front();
    for (const std::string &rest : command.remaining()) {
      if (rest.size() > 1 && rest.front() == '-') {
        std::vector<std::string> names;
        for (const CLI::Option *option : command.get_options([](const CLI::Option *) { return true; })) {
          for (const std::string &name : option->get_lnames()) {
            names.push_back("--" + name);
          }
        }
        return fmt::format("unknown option \"{}\"; {}", rest,
                           suggestion(rest.substr(0, rest.find('=')), {names.begin(), names.end()}));
      }
    }
    std::string text = error.what();
    std::replace(text.begin(), text.end(), '\n', ' ');
    return fmt::format("{} ({} --help says how it is used)", text,
                       given.empty() ? "layercert" : "layercert " + command.get_name());
  }

  static Invocation usage(const std::string &message) {
    std::cerr << "layercert: " << message << '\n';
    return {{}, 2};
  }

  CLI::App app_{
      "layercert proves layer-wise approximation rates of deep networks, with interval arithmetic."};
  CertifyArguments certify_;
  MergeArguments merge_;
  CheckArguments check_;
  StabilityArguments stability_;
  RegressArguments regress_;
  EvaluateArguments evaluate_;
  ConvertArguments convert_;
  ReportArguments report_;
  ProveArguments prove_;
  NewArguments new_;
  ExamplesArguments examples_;
  std::vector<std::pair<CLI::App *, std::function<int()>>> commands_;
};

} // namespace

Invocation read_command_line(int argc, const char *const *argv) {
  const auto line = std::make_shared<CommandLine>(); // holds the arguments for as long as the command runs
  Invocation invocation = line->read(argc, argv);
  if (invocation.command) {
    invocation.command = [line, run = std::move(invocation.command)] { return run(); };
  }
  return invocation;
}

} // namespace layercert::cli
