// What is known on boxes, as a checker with other arithmetic will know it.
//
// The halves of a cell or of the domain of a shift have double ends here, and exact ones, or a little wider
// ones, elsewhere. Where a jump, a kink or a pole lies just at a box's border, as 1/2 = 9/16 of 1 - 1/9, the
// two may find it on different sides. So a list of boxes that is to be checked must not rest on the side.
#pragma once

#include "integral.hpp"
#include "layercert/function/expression.hpp"

namespace layercert {

// What `factory` knows on the boxes when they are widened a little, inside `domain`. As it is where f has
// derivatives of all orders.
ModellerFactory checkable_modeller(const Expression &f, std::size_t dimension, const Box &domain,
                                   ModellerFactory factory);

} // namespace layercert
