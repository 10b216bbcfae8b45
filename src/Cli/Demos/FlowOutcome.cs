namespace StreamLearn.Cli.Demos;

/// <summary>What became of a flow on the path that was chosen for it.</summary>
/// <param name="Pair">Key of its pair.</param>
/// <param name="Id">Its number.</param>
/// <param name="Time">When its first packet has arrived, milliseconds since 1970.</param>
/// <param name="Cost">What it cost, 0 to 1.</param>
internal readonly record struct FlowOutcome(string Pair, long Id, long Time, double Cost);
