// All that a program needs to certify functions of its own: the one header to include.
#pragma once

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/report/table.hpp"
