// SHA-256 (OpenSSL's): the sums by which a certificate names its files, and the seal of a binary network.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace layercert {

std::array<unsigned char, 32> sha256(std::string_view bytes);

// The same as 64 lower case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

} // namespace layercert
