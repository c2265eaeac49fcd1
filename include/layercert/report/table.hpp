// A certificate as a table for people.
#pragma once

#include "layercert/certify/certificate.hpp"

namespace layercert {

std::string table_of(const Instance &instance, const Certificate &certificate);

} // namespace layercert
