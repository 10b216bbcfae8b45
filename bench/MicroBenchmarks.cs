using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace StreamLearn.Bench;

/// <summary>BenchmarkDotNet over the classes of this project, for the finer questions.</summary>
internal static class MicroBenchmarks
{
    // BenchmarkDotNet's usual way, a generated project of its own, does not work here: it looks for a project file with the assembly's
    // name, and StreamLearn.Bench is made by Bench.csproj.
    private const string InProcess = "--inProcess";

    private static readonly string[] Informing = ["--help", "--version", "--info", "--list"];

    /// <param name="options">BenchmarkDotNet's, e.g. <c>--filter * --job dry</c>.</param>
    /// <returns>0; 1: a benchmark failed; 2: nothing was run, because options are wrong or the filter fits nothing.</returns>
    internal static int Run(string[] options)
    {
        var arguments = options.Contains(InProcess) ? options : [InProcess, .. options];
        var config = ManualConfig.Create(DefaultConfig.Instance).WithArtifactsPath(Path.Combine("artifacts", "micro"));
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(arguments, config).ToList();
        if (summaries.Count == 0)
        {
            return options.Intersect(Informing).Any() ? 0 : 2;
        }

        return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
    }
}
