namespace StreamLearn.Cli.Experiments.LinkFailure;

/// <summary>Loads of the link with the hardest shift around the failure, and what the models said of them at the nearest horizon.</summary>
/// <param name="Link">The link.</param>
/// <param name="Cable">What failed.</param>
/// <param name="FailureBin">When.</param>
/// <param name="FirstBin">Bin of the first number.</param>
/// <param name="Loads">Mbit/s.</param>
/// <param name="Forecasts">For each model, for each of those bins.</param>
internal sealed record ExampleForecasts(string Link, string Cable, int FailureBin, int FirstBin, double[] Loads, double[][] Forecasts);
