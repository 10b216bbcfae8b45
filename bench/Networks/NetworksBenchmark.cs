using StreamLearn.Learners.Torch;
using TorchSharp;

namespace StreamLearn.Bench.Networks;

/// <summary>
/// Microseconds of a training step and of a forward pass on the fused kernels, against TorchSharp in eager mode on one thread. Both start
/// from the same parameters and learn the same batches, which is checked; both are warmed up and then measured in turn, and the medians are
/// compared.
/// </summary>
internal static class NetworksBenchmark
{
    private const int Rounds = 9;
    private const int LargeBatch = 256;
    private const double LearningRate = 0.001;
    private const string Peer = "TorchSharp eager";

    internal static BenchmarkResult Run(NetworkSuite suite, TextWriter log)
    {
        var check = TorchRuntime.Check();
        if (!check.Works)
        {
            throw new InvalidOperationException($"There is nothing to compare with: {check.Problem} {check.Advice}");
        }

        var measurements = new List<NetworkMeasurement>();
        var peak = MachinePeak.Measure();
        foreach (var network in suite.Cases)
        {
            foreach (var batch in suite.Batches)
            {
                log.WriteLine($"{network}, batch {batch}");
                measurements.AddRange(Measure(suite, network, batch, check.Threads));
            }
        }

        // Before and after: the clock rate is not the same all the time.
        peak = Math.Max(peak, MachinePeak.Measure());
        return new BenchmarkResult(
            [.. measurements.SelectMany(each => Rows(each, check.Threads, peak)), new BenchmarkRow("peak", peak, "multiply-adds/ns")],
            NetworksTable.Format(measurements, peak, check));
    }

    /// <summary>The two sides of a case, ready to be measured.</summary>
    internal static (CpuRunner Ours, TorchRunner Torch) Runners(NetworkCase network, int batch)
    {
        var data = new NetworkData(network, batch);
        var ours = new CpuRunner(network, data, batch, 2 * LearningRate);
        return (ours, new TorchRunner(network, data, batch, LearningRate, ours.Parameters));
    }

    private static IEnumerable<NetworkMeasurement> Measure(NetworkSuite suite, NetworkCase network, int batch, int defaultThreads)
    {
        var (ours, peer) = Runners(network, batch);
        using (ours)
        using (peer)
        {
            RequireAgreement(network, ours, peer);
            var (train, trainPeer, trainPeerDefault) = Measure(ours.Train, peer.Train, batch, defaultThreads);
            yield return Measurement("train", batch * network.TrainMultiplyAdds, train, trainPeer, trainPeerDefault);
            var (forward, forwardPeer, forwardPeerDefault) = Measure(ours.Predict, peer.Predict, batch, defaultThreads);
            yield return Measurement("forward", batch * network.ForwardMultiplyAdds, forward, forwardPeer, forwardPeerDefault);
        }

        NetworkMeasurement Measurement(string pass, long? multiplyAdds, StepTimes ours, StepTimes torch, StepTimes? torchDefault) =>
            new(suite.RowName(network, pass, batch), network, batch, pass, multiplyAdds, ours, torch, torchDefault);
    }

    private static (StepTimes Ours, StepTimes Torch, StepTimes? TorchDefault) Measure(
        Action<int> ours, Action<int> peer, int batch, int defaultThreads)
    {
        // One thread, as a learner has; where more could pay, also as many as Torch takes by itself.
        var hasThreads = batch >= LargeBatch && defaultThreads > 1;
        Contestant[] contestants =
        [
            new(ours, torchThreads: 1),
            new(peer, torchThreads: 1),
            .. hasThreads ? [new Contestant(peer, defaultThreads)] : Array.Empty<Contestant>(),
        ];
        try
        {
            foreach (var contestant in contestants)
            {
                contestant.WarmUp();
            }

            for (var round = 0; round < Rounds; round++)
            {
                foreach (var contestant in contestants)
                {
                    contestant.Measure();
                }
            }
        }
        finally
        {
            torch.set_num_threads(defaultThreads);
        }

        return (contestants[0].Times, contestants[1].Times, contestants.ElementAtOrDefault(2)?.Times);
    }

    /// <summary>Both sides compute the same function, and learn the same: outputs before and after some steps.</summary>
    private static void RequireAgreement(NetworkCase network, CpuRunner ours, TorchRunner peer)
    {
        const int Steps = 20;
        const float Tolerance = 1e-4f;
        foreach (var steps in new[] { 0, Steps })
        {
            ours.Train(steps);
            peer.Train(steps);
            var difference = ours.Outputs().Zip(peer.Outputs(), (left, right) => Math.Abs(left - right)).Max();
            if (!(difference <= Tolerance))
            {
                throw new InvalidOperationException(
                    $"{network}: outputs after {steps} steps differ by {difference}; expected at most {Tolerance}.");
            }
        }
    }

    private static IEnumerable<BenchmarkRow> Rows(NetworkMeasurement measurement, int defaultThreads, double peak)
    {
        const string Unit = "us";
        var (name, ours, peer) = (measurement.Name, measurement.Ours, measurement.Torch);
        yield return new BenchmarkRow(name, ours.Median, Unit, Peer, peer.Median, measurement.Ratio);
        yield return new BenchmarkRow($"{name}/best", ours.Best, Unit, Peer, peer.Best, peer.Best / ours.Best);
        if (measurement.TorchDefault is { } several)
        {
            var (threads, time) = ($"{Peer}, {defaultThreads} threads", several.Median);
            yield return new BenchmarkRow($"{name}/default-threads", ours.Median, Unit, threads, time, time / ours.Median);
        }

        if (measurement is { NanosecondsEach: { } nanoseconds } && measurement.ShareOf(peak) is { } share)
        {
            yield return new BenchmarkRow($"{name}/multiply-add", nanoseconds, "ns");
            yield return new BenchmarkRow($"{name}/share-of-peak", share, "share");
        }

        yield return new BenchmarkRow($"{name}/allocated", ours.Allocated, "bytes/step");
    }
}
