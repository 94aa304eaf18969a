// Package sim plays a desk on a clock of its own: customers come, agents come and go, and the same routing that runs
// the desk gives the one to the other. A Workload draws customers, Run plays one desk, Summarize joins independent
// runs into figures with intervals, and ErlangC and ErlangA say what theory knows.
//
// # Why
//
//   - Run has no chance in it. Lengths and patience come with the customers, so two settings meet the very same ones
//     and a difference between them is a difference of the settings.
//   - Runs are independent replications, not batches of one long run: a day with rushes has no steady state to cut
//     batches from, and an interval over runs needs no guess at how long a queue remembers.
//   - Where theory has an answer, the simulator must give it: five settings against Erlang C and three against
//     Erlang A, each within the interval of 20 runs at 99.9 % (TestTheory). So what it says about skills, shifts and
//     rushes, where no formula helps, stands on something.
//   - Tickets that came in time are served beyond the end of the run. Cutting them off would drop the longest waits.
//   - A manual team's agents ask for the next ticket as soon as they have room. How long people take to ask is not
//     simulated: it would be a guess.
package sim
