# One short run: every seed, then 20 seconds of new inputs, the same ones each time as long as the code is the same.
# What libFuzzer finds goes to WORK, which comes first on its command line: it only reads the seeds.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/corpus)
file(GLOB seeds ${SEEDS}/*)
if(NOT seeds)
    message(FATAL_ERROR "No seeds in ${SEEDS}")
endif()
execute_process(COMMAND ${FUZZER} -seed=1 -max_total_time=20 -runs=200000 -max_len=8192 -timeout=60 -rss_limit_mb=1024
        -dict=${DICTIONARY} -artifact_prefix=${WORK}/ -print_final_stats=1 ${WORK}/corpus ${SEEDS}
    RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "The input that did it is in ${WORK}. Mend it and keep the input in ${SEEDS}.")
endif()
