using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Forecasting;
using StreamLearn.Learners.Forecasting.MultilayerPerceptron;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Scoring;
using StreamLearn.Learners.State;

namespace StreamLearn.Learners.Tests.Forecasting.MultilayerPerceptron;

public sealed class MultilayerPerceptronForecasterTests
{
    private const string Kind = "multilayer-perceptron";
    private const int Lags = 4;

    private static readonly ForecastTask Forecasts = new() { Horizons = [1, 3] };

    private static readonly MultilayerPerceptronOptions Small = new() { Lags = Lags, Hidden = 8, LearningRate = 0.01 };

    [Fact]
    public void Given_no_target_yet_When_it_forecasts_Then_it_is_last_value()
    {
        var learner = new MultilayerPerceptronForecaster(Forecasts, Small, seed: 1);
        var forecasts = new double[2];
        foreach (var value in new[] { 3.0, -7, 12, 5 })
        {
            learner.Learn([value]);
            learner.Predict(forecasts);
            Assert.Equal([value, value], forecasts);
        }
    }

    /// <summary>A map that no linear model of its past can follow: the logistic map at r = 3.9.</summary>
    [Fact]
    public void Given_a_series_that_is_no_linear_function_of_its_past_When_it_is_learned_Then_it_beats_the_linear_learner_by_far()
    {
        var value = 0.3;
        double[] values = [.. Enumerable.Range(0, 6000).Select(_ => value = 3.9 * value * (1 - value))];
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1], Scoring = new() { From = 4000 } },
            SeriesRun.Learner(Kind, ("lags", "2"), ("learning-rate", "0.003")), SeriesRun.Learner("recursive-least-squares", ("lags", "2")));

        run.Feed("a", values);

        var own = run.Summary().Scores(0, ScoreView.SinceStart)!;
        var linear = run.Summary().Scores(1, ScoreView.SinceStart)!;
        Assert.True(own.Mae < 0.2 * linear.Mae, $"mae {own.Mae}, linear {linear.Mae}");
    }

    [Fact]
    public void Given_the_same_series_in_another_unit_When_it_is_learned_Then_the_forecasts_are_the_same_in_that_unit()
    {
        double[] values = [.. new Noise(3).Take(400).Select((n, t) => 10 + Math.Sin(t / 7.0) + (0.1 * n))];

        // A power of two: the divisions by the unit give the same bits.
        var plain = Run(Small, values);
        var scaled = Run(Small, [.. values.Select(value => value * 1024)]);

        Assert.Equal(plain.Select(forecast => forecast * 1024), scaled);
    }

    [Fact]
    public void Given_weights_in_a_file_When_it_starts_Then_it_has_them_and_forecasts_by_them_at_once()
    {
        var architecture = new MlpArchitecture(Lags, [8], 2);
        var weights = new float[architecture.Layout.Count];
        architecture.Layout["head.bias"].In(weights.AsSpan())[0] = 2;
        var warm = new MultilayerPerceptronForecaster(Forecasts, Small with { WarmStart = Stored(architecture, weights) }, seed: 1);
        var forecasts = new double[2];
        double[] values = [1, 2, 4, 2, 3, 5];
        foreach (var value in values)
        {
            warm.Learn([value]);
        }

        warm.Predict(forecasts);

        // Before the first target of horizon 3 there is nothing that its move could be in units of.
        Assert.True(forecasts[0] > values[^1] + 1, $"{forecasts[0]}");
        Assert.Equal(values[^1], forecasts[1]);
    }

    [Fact]
    public void Given_weights_of_another_network_When_it_starts_Then_they_are_refused_by_the_settings_path()
    {
        var other = new MlpArchitecture(Lags, [9], 2);

        var refusal = Assert.Throws<OptionException>(() => new MultilayerPerceptronForecaster(
            Forecasts, Small with { WarmStart = Stored(other, new float[other.Layout.Count]), Path = "pipelines.p.learner" }, seed: 1));

        Assert.Equal("pipelines.p.learner.warm-start", refusal.Path);
        Assert.Contains("layers.0.weight", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[8, 4]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_learner_on_torch_When_its_state_is_loaded_where_another_device_is_configured_Then_it_stays_on_torch_with_the_same_bits()
    {
        double[] values = [.. new Noise(5).Take(60)];
        var original = new MultilayerPerceptronForecaster(Forecasts, Small with { Device = DeviceSetting.Torch }, seed: 2);
        foreach (var value in values[..40])
        {
            original.Learn([value]);
        }

        var loaded = new MultilayerPerceptronForecaster(Forecasts, Small with { Device = DeviceSetting.Cpu }, seed: 9);
        var reader = new MessagePackReader(State(original));
        loaded.Load(ref reader);
        foreach (var value in values[40..])
        {
            original.Learn([value]);
            loaded.Learn([value]);
        }

        Assert.Equal(State(original), State(loaded));
    }

    [Fact]
    public void Given_a_state_from_a_gpu_When_it_is_loaded_where_there_is_none_Then_it_is_refused_as_a_state_and_the_learner_goes_on()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            return;
        }

        var learner = new MultilayerPerceptronForecaster(Forecasts, Small with { Device = DeviceSetting.Cpu }, seed: 2);
        learner.Learn([1]);
        var state = FromGpu(State(learner));

        Assert.Contains("GPU", Assert.Throws<StateFormatException>(() => Load(learner, state)).Message, StringComparison.Ordinal);

        learner.Learn([2]);
        learner.Predict(new double[2]);

        static void Load(MultilayerPerceptronForecaster learner, byte[] state)
        {
            var reader = new MessagePackReader(state);
            learner.Load(ref reader);
        }
    }

    /// <summary>Machines of a cluster may differ: a learner with <c>auto</c> must not end where there is no GPU.</summary>
    [Fact]
    public void Given_a_state_from_a_gpu_When_a_learner_with_device_auto_loads_it_where_there_is_none_Then_it_goes_on_on_torch()
    {
        if (TorchSharp.torch.cuda.is_available())
        {
            return;
        }

        double[] values = [.. new Noise(5).Take(60)];
        using var onTorch = new MultilayerPerceptronForecaster(Forecasts, Small with { Device = DeviceSetting.Torch }, seed: 2);
        foreach (var value in values[..40])
        {
            onTorch.Learn([value]);
        }

        using var loaded = new MultilayerPerceptronForecaster(Forecasts, Small with { Device = DeviceSetting.Auto }, seed: 9);
        var reader = new MessagePackReader(FromGpu(State(onTorch)));
        loaded.Load(ref reader);
        foreach (var value in values[40..])
        {
            onTorch.Learn([value]);
            loaded.Learn([value]);
        }

        Assert.Equal(State(onTorch), State(loaded));
    }

    [Fact]
    public void Given_the_two_backends_When_they_learn_the_same_series_Then_their_forecasts_are_close()
    {
        double[] values = [.. new Noise(8).Take(200).Select((n, t) => Math.Sin(t / 5.0) + (0.1 * n))];

        var cpu = Run(Small with { Device = DeviceSetting.Cpu, Optimizer = "sgd" }, values);
        var torch = Run(Small with { Device = DeviceSetting.Torch, Optimizer = "sgd" }, values);

        Assert.All(cpu.Zip(torch), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamw")]
    [InlineData("adabelief")]
    [InlineData("lion")]
    public void Given_each_optimizer_When_a_cycle_is_learned_Then_it_beats_last_value(string optimizer)
    {
        var rate = optimizer switch { "sgd" => "0.05", "lion" => "0.0005", _ => "0.003" };
        var run = new SeriesRun(
            new ForecastTask { Horizons = [1, 4], Scoring = new() { From = 2000 } },
            SeriesRun.Learner(Kind, ("optimizer", optimizer), ("learning-rate", rate)));

        run.Feed("a", new Noise(6).Take(4000).Select((n, t) => (10 * Math.Sin(t / 3.0)) + (0.2 * n)));

        var scores = run.Summary().Scores(0, ScoreView.SinceStart)!;
        Assert.All(scores.SkillByHorizon, skill => Assert.True(skill > 0.6, $"{optimizer}: {string.Join(", ", scores.SkillByHorizon)}"));
    }

    private static double[] Run(MultilayerPerceptronOptions options, double[] values)
    {
        var learner = new MultilayerPerceptronForecaster(Forecasts, options, seed: 4);
        var forecasts = new double[2 * values.Length];
        for (var t = 0; t < values.Length; t++)
        {
            Assert.NotEqual(LearnOutcome.Refused, learner.Learn([values[t]]));
            learner.Predict(forecasts.AsSpan(2 * t, 2));
        }

        return forecasts;
    }

    private static SafetensorsFile Stored(MlpArchitecture architecture, float[] weights)
    {
        using var stream = new MemoryStream();
        SafetensorsFile.Write(stream, architecture.Layout, weights);
        return SafetensorsFile.Read(stream.ToArray());
    }

    private static byte[] State(MultilayerPerceptronForecaster learner)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        learner.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The state as if the network had been on a GPU.</summary>
    private static byte[] FromGpu(byte[] state)
    {
        var signature = System.Text.Encoding.UTF8.GetBytes(new MlpArchitecture(Lags, [8], 2).Signature);
        state[state.AsSpan().IndexOf(signature) + signature.Length] = (byte)NetworkDevice.TorchCuda;
        return state;
    }
}
