using System.Text.Json.Nodes;
using ScottPlot;

namespace StreamLearn.Cli.Experiments.Reweighting;

/// <summary>What a part of the experiment has found.</summary>
/// <param name="Markdown">Its section of the report.</param>
/// <param name="Rows">Its rows of the JSON.</param>
/// <param name="Plots">Its pictures, by the name of the file.</param>
internal sealed record ReweightingFindings(string Markdown, IReadOnlyList<JsonObject> Rows, IReadOnlyList<(string File, Plot Plot)> Plots);
