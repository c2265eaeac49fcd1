// A certificate as a table for people.
#pragma once

#include "layercert/report/colour.hpp"
#include "layercert/result/certificate.hpp"

namespace layercert {

std::string table_of(const Instance &instance, const Certificate &certificate, Colour colour = Colour::Off);

} // namespace layercert
