using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace StreamLearn.Bench.Networks;

/// <summary>
/// The steps of <see cref="NetworksBenchmark"/> under BenchmarkDotNet: spread and outliers, memory, other jobs and diagnosers.
/// </summary>
/// <remarks>Torch is on one thread. Times are of one step.</remarks>
[MemoryDiagnoser]
public class NetworkSteps
{
    private const int Steps = 2 * NetworkData.Count;

    private CpuRunner? _ours;
    private TorchRunner? _torch;
    private int _threads;

    /// <summary>Name of the network.</summary>
    [ParamsSource(nameof(Networks))]
    public string Network { get; set; } = "";

    /// <summary>Samples of a step.</summary>
    [Params(1, 32, 256)]
    public int Batch { get; set; }

    /// <summary>Names of all networks.</summary>
    public static IEnumerable<string> Networks => NetworkSuite.Small.Cases.Select(each => each.Name);

    [GlobalSetup]
    public void Setup()
    {
        _threads = torch.get_num_threads();
        torch.set_num_threads(1);
        (_ours, _torch) = NetworksBenchmark.Runners(NetworkSuite.Small.Cases.Single(each => each.Name == Network), Batch);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _ours?.Dispose();
        _torch?.Dispose();
        torch.set_num_threads(_threads);
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Train() => _ours!.Train(Steps);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void TrainTorch() => _torch!.Train(Steps);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void Forward() => _ours!.Predict(Steps);

    [Benchmark(OperationsPerInvoke = Steps)]
    public void ForwardTorch() => _torch!.Predict(Steps);
}
