// A plot needs a small part of PDF 1.4: paths, three fonts that every reader has, one image with a palette.
// Nothing is compressed. The page is turned over once, so that y runs downward as in the drawing; texts are
// turned back.
#include "pdf_plot.hpp"

#include "plot_canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace layercert {

namespace {

constexpr double kFontSize = 12;
constexpr double kSmall = 0.78; // of an index
constexpr double kBandOpacity = 0.25;

// Widths of Helvetica in thousandths of its size, from the blank to the tilde (Adobe's font metrics).
constexpr std::array<int, 95> kHelvetica = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};
constexpr int kWidthOfOthers = 600; // about

enum class Font { Helvetica, TimesItalic, Symbol };

struct Glyph {
  Font font = Font::Helvetica;
  unsigned char code = '?';
  int width = 556;
};

struct Special {
  const char *text; // one character of UTF-8
  Font font;
  unsigned char code;
};
// In Adobe's Symbol encoding, or Windows' Latin one.
constexpr std::array<Special, 13> kSpecials = {{{"\u2212", Font::Symbol, 0x2d},
                                                {"\u2264", Font::Symbol, 0xa3},
                                                {"\u2265", Font::Symbol, 0xb3},
                                                {"\u221e", Font::Symbol, 0xa5},
                                                {"\u03a6", Font::Symbol, 0x46},
                                                {"\u03c9", Font::Symbol, 0x77},
                                                {"\u03bb", Font::Symbol, 0x6c},
                                                {"\u03b1", Font::Symbol, 0x61},
                                                {"\u00b7", Font::Helvetica, 0xb7},
                                                {"\u00f6", Font::Helvetica, 0xf6},
                                                {"\u2013", Font::Helvetica, 0x96},
                                                {"\u2016", Font::Helvetica, 0x7c},
                                                {"\u00a0", Font::Helvetica, 0x20}}};

// The glyph of the character at the front, which is taken off.
Glyph take_glyph(std::string_view &text, bool italic) {
  for (const Special &special : kSpecials) {
    if (text.starts_with(special.text)) {
      text.remove_prefix(std::string_view(special.text).size());
      return {special.font, special.code, kWidthOfOthers};
    }
  }
  const auto c = static_cast<unsigned char>(text[0]);
  text.remove_prefix(1);
  if (c < ' ' || c > '~') {
    while (!text.empty() && (static_cast<unsigned char>(text[0]) & 0xC0U) == 0x80U) {
      text.remove_prefix(1);
    }
    return {};
  }
  return {italic ? Font::TimesItalic : Font::Helvetica, c, italic && c > '9' ? 500 : kHelvetica[c - ' ']};
}

struct Placed {
  Glyph glyph;
  double x, up, size;
  bool italic;
};

// The numbers of a colour such as #0067a3, from 0 to 1.
std::string rgb(std::string_view colour) {
  const auto part = [&](std::size_t i) {
    return static_cast<double>(std::strtol(std::string(colour.substr(i, 2)).c_str(), nullptr, 16)) / 255;
  };
  return fmt::format("{:.3f} {:.3f} {:.3f}", part(1), part(3), part(5));
}

class PdfCanvas final : public PlotCanvas {
public:
  void path(Ink ink, int colour, const std::string &commands, const std::string &) override {
    const std::string own = rgb(kColoursOnLight[static_cast<std::size_t>(colour)]);
    const std::string line = operators(commands);
    switch (ink) {
    case Ink::Grid:
      out_ += "q 0.85 0.87 0.89 RG 0.75 w " + line + "S Q\n";
      break;
    case Ink::Axis:
      out_ += "q 0.36 0.39 0.44 RG 0.75 w " + line + "S Q\n";
      break;
    case Ink::Leader:
      out_ += "q " + own + " RG 0.7 w " + line + "S Q\n";
      break;
    case Ink::Line:
    case Ink::DashedLine:
      out_ += "q " + own + " RG 1.8 w 1 j " + (ink == Ink::DashedLine ? "[5 3] 0 d " : "") + line + "S Q\n";
      break;
    case Ink::Band:
    case Ink::Area:
      out_ += "q /Faint gs " + own + " rg " + own + " RG " +
              (ink == Ink::Band ? "5 w 1 j " + line + "B Q\n" : line + "f Q\n");
      break;
    case Ink::Mark:
      out_ += "q " + own + " rg 1 1 1 RG 0.8 w " + line + "B Q\n";
      break;
    }
  }

  void text(Lettering lettering, int colour, double x, double y, std::string_view anchor,
            const std::string &label) override {
    std::vector<Placed> glyphs;
    double width = 0;
    for (const LabelPart &part : parts_of(label)) {
      const double size = kFontSize * (part.place == LabelPlace::Line ? 1 : kSmall);
      const double up = part.place == LabelPlace::Exponent ? 4 : part.place == LabelPlace::Index ? -3 : 0;
      for (std::string_view rest = part.text; !rest.empty();) {
        const Glyph glyph = take_glyph(rest, part.italic);
        glyphs.push_back({glyph, width, up, size, part.italic});
        width += glyph.width * size / 1000;
      }
    }
    const double begin = anchor == "end" ? x - width : anchor == "middle" ? x - width / 2 : x;
    const std::string ink = lettering == Lettering::Text ? "0.11 0.13 0.14"
                            : lettering == Lettering::Label
                                ? "0.36 0.39 0.44"
                                : rgb(kColoursOnLight[static_cast<std::size_t>(colour)]);
    out_ += "BT " + ink + " rg\n";
    for (const Placed &one : glyphs) { // a Greek letter in italics is leant over
      out_ += fmt::format("/F{} {:.2f} Tf 1 0 {} -1 {:.2f} {:.2f} Tm <{:02x}> Tj\n",
                          static_cast<int>(one.glyph.font), one.size,
                          one.italic && one.glyph.font == Font::Symbol ? "0.2" : "0", begin + one.x,
                          y - one.up, one.glyph.code);
    }
    out_ += "ET\n";
  }

  void picture(double x, double y, double width, double height, const PlotPicture &picture) override {
    assert(image_.empty()); // a plot has one at most
    const IndexedImage &image = picture.image;
    std::string palette;
    for (const Colour8 &colour : picture.palette) {
      palette += fmt::format("{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
    }
    image_ =
        fmt::format("<< /Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8 /ColorSpace "
                    "[/Indexed /DeviceRGB 255 <{}>] /Length {} >>\nstream\n",
                    image.columns, image.rows, palette, image.pixels.size());
    image_.append(image.pixels.begin(), image.pixels.end());
    image_ += "\nendstream";
    out_ +=
        fmt::format("q {:.2f} 0 0 {:.2f} {:.2f} {:.2f} cm /Picture Do Q\n", width, -height, x, y + height);
  }

  void begin_clip(double x, double y, double width, double height) override {
    out_ += fmt::format("q {:.2f} {:.2f} {:.2f} {:.2f} re W n\n", x, y, width, height);
  }
  void end_clip() override { out_ += "Q\n"; }

  std::string file(double height) const {
    const std::string content = fmt::format("1 0 0 -1 0 {:.2f} cm\n{}", height, out_);
    std::vector<std::string> objects = {
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {:.2f} {:.2f}] /Contents 4 0 R /Resources "
                    "<< /Font << /F0 5 0 R "
                    "/F1 6 0 R /F2 7 0 R >> /ExtGState << /Faint << /ca {} /CA {} >> >>{} >> >>",
                    kPlotWidth, height, kBandOpacity, kBandOpacity,
                    image_.empty() ? "" : " /XObject << /Picture 8 0 R >>"),
        fmt::format("<< /Length {} >>\nstream\n{}\nendstream", content.size(), content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Italic /Encoding /WinAnsiEncoding >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"};
    if (!image_.empty()) {
      objects.push_back(image_);
    }
    std::string bytes = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n";
    std::string places;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      places += fmt::format("{:010} 00000 n \n", bytes.size());
      bytes += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
    }
    return bytes + fmt::format("xref\n0 {0}\n0000000000 65535 f \n{1}trailer\n<< /Size {0} /Root 1 0 R "
                               ">>\nstartxref\n{2}\n%%EOF\n",
                               objects.size() + 1, places, bytes.size());
  }

private:
  // The commands of PlotCanvas::path in PDF, which has no relative ones.
  static std::string operators(const std::string &commands) {
    std::string text;
    double x = 0, y = 0;
    const char *at = commands.c_str();
    const auto number = [&] {
      while (*at == ' ') {
        ++at;
      }
      char *end = nullptr;
      const double value = std::strtod(at, &end);
      assert(end != at);
      at = end;
      return value;
    };
    const auto go = [&](double to_x, double to_y, char as) {
      x = to_x;
      y = to_y;
      text += fmt::format("{:.2f} {:.2f} {} ", x, y, as);
    };
    while (*at != '\0') {
      const char command = *at++;
      if (command == 'M' || command == 'L' || command == 'l') {
        const double a = number(), b = number();
        go(command == 'l' ? x + a : a, command == 'l' ? y + b : b, command == 'M' ? 'm' : 'l');
      } else if (command == 'H' || command == 'h') {
        const double a = number();
        go(command == 'h' ? x + a : a, y, 'l');
      } else if (command == 'V' || command == 'v') {
        const double a = number();
        go(x, command == 'v' ? y + a : a, 'l');
      } else if (command == 'c') {
        std::array<double, 6> by{};
        for (double &value : by) {
          value = number();
        }
        text += fmt::format("{:.2f} {:.2f} {:.2f} {:.2f} ", x + by[0], y + by[1], x + by[2], y + by[3]);
        go(x + by[4], y + by[5], 'c');
      } else if (command == 'z') {
        text += "h ";
      }
    }
    return text;
  }

  std::string out_;
  std::string image_;
};

} // namespace

std::string pdf_of(const Plot &plot) {
  PdfCanvas canvas;
  const double height = draw(plot, canvas);
  return canvas.file(height);
}

} // namespace layercert
