# Plain comments as Doxygen's: the first line of a header is about the file, one behind a declaration is about that.
1s|^// |/// \\file\n/// |
s|^\( *\)// |\1/// |
s|^\( *[^ /].*[;,{}] *\)// |\1///< |
