// What the environment says of how the program was started. It needs no MPI.
#pragma once

namespace layercert {

// By mpirun, or by srun with PMIx, as the rank of so many, 0 <= rank < count; else rank 0 of 1.
struct StartedAs {
  int rank = 0;
  int count = 1;
};
StartedAs started_as();

} // namespace layercert
