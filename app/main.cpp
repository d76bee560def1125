#include "app/cli/patient_threads.h"
#include "app/cli/program.h"

int main(int argc, char** argv) {
    app::startWithPatientThreads(argv);
    return app::runProgram(argc, argv);
}
