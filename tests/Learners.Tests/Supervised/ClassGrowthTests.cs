using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Safetensors;
using StreamLearn.Learners.Options;
using StreamLearn.Learners.Supervised;

namespace StreamLearn.Learners.Tests.Supervised;

/// <summary>What a class that is new does to what was learned of the others.</summary>
public sealed class ClassGrowthTests
{
    public static TheoryData<string, string> Learners => new()
    {
        { "logistic", "" }, { "mlp-classifier", "" }, { "mlp-classifier", "optimizer=adam,learning-rate=0.01" }, { "mlp-classifier", "optimizer=lion,learning-rate=0.003" },
        { "mlp-classifier", "loss-temperature=2,layers=2,activation=silu" }, { "mlp-classifier", "loss=ldr-kl" }, { "mlp-classifier", "device=torch,optimizer=adam,learning-rate=0.01" },
    };

    [Theory]
    [MemberData(nameof(Learners))]
    public void Given_classes_that_were_learned_When_one_more_comes_Then_the_others_keep_their_ratios_and_it_begins_at_a_hundredth_at_most(string kind, string settings)
    {
        using var learner = Trained(kind, settings);
        var random = new Random(3);
        var probes = Enumerable.Range(0, 20).Select(_ => SupervisedStream.Features(random)).ToArray();
        var before = probes.Select(row => Predict(learner, row)).ToArray();

        learner.GrowClasses(4, probes[7]);

        for (var i = 0; i < probes.Length; i++)
        {
            var after = Predict(learner, probes[i]);
            Assert.Equal(4, after.Length);
            for (var c = 1; c < 3; c++)
            {
                Assert.Equal(before[i][c] * after[0], after[c] * before[i][0], 1e-5);
            }
        }

        Assert.InRange(Predict(learner, probes[7])[3], 1e-9, 0.01 + 1e-6);
        Assert.All(probes, row => Assert.InRange(Predict(learner, row)[3], 0, 0.05));
        Assert.Equal(1, before[0].Sum(), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public void Given_a_class_that_is_new_When_its_labels_come_Then_it_is_learned(string kind, string settings)
    {
        using var learner = Trained(kind, settings);
        float[] features = [1, 105, 3];
        learner.GrowClasses(4, features);
        for (var i = 0; i < 600; i++)
        {
            learner.Learn(features, 3);
        }

        Assert.InRange(Predict(learner, features)[3], 0.7, 1);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adabelief")]
    [InlineData("lion")]
    public void Given_an_optimiser_with_a_memory_When_an_output_is_added_that_takes_no_part_Then_the_others_go_on_as_they_would_have(string optimizer)
    {
        // A network whose new output is never asked for: with weights and bias that give it no probability, steps of the others are as before.
        var options = new Dictionary<string, string> { ["optimizer"] = optimizer, ["learning-rate"] = "0.003", ["batch"] = "4" };
        using var grown = Make(options);
        using var plain = Make(options);
        Learn(grown, 200, 3);
        Learn(plain, 200, 3);
        grown.GrowClasses(4, SupervisedStream.Features(new Random(1)));
        float[] probe = [2, 104, 0];
        var (before, stayed) = (Predict(grown, probe), Predict(plain, probe));
        Assert.Equal(stayed[0] / stayed[2], before[0] / before[2], 1e-3 * stayed[0] / stayed[2]);

        Learn(grown, 4, 3, seed: 11);
        Learn(plain, 4, 3, seed: 11);

        // A step of an optimiser that had forgotten its moments is far larger than what the small probability of the new class changes.
        using var forgetful = Make(options);
        Learn(forgetful, 200, 3);
        forgetful.KeepGood();
        forgetful.ReturnToGood();
        Learn(forgetful, 4, 3, seed: 11);
        var expected = LogRatio(Predict(plain, probe));
        var (kept, forgot) = (Math.Abs(LogRatio(Predict(grown, probe)) - expected), Math.Abs(LogRatio(Predict(forgetful, probe)) - expected));
        Assert.True(kept < 0.25 * forgot, $"{kept} and {forgot}");
    }

    /// <summary>A record on which a model is sure brings a class; elsewhere it is not sure.</summary>
    [Fact]
    public void Given_scores_that_are_far_apart_When_a_class_is_added_Then_it_is_improbable_beside_scores_that_are_near_each_other_too()
    {
        var score = Probabilities.ScoreOfNew([8, -8]);
        foreach (double[] others in new double[][] { [8, -8], [0.5, -0.5], [0, 0], [-3, 3] })
        {
            double[] all = [.. others, score];
            Probabilities.Softmax(all);
            Assert.InRange(all[2], 0, Probabilities.OfNewClass + 1e-12);
        }

        double[] few = [-5, -5, Probabilities.ScoreOfNew([-5, -5])];
        Probabilities.Softmax(few);
        Assert.Equal(Probabilities.OfNewClass, few[2], 1e-12);
    }

    /// <summary>λ CE(softmax(f / λ)) has its least where softmax(f / λ) is the true probability.</summary>
    [Fact]
    public void Given_the_robust_loss_with_a_lambda_When_labels_are_drawn_Then_probabilities_are_those_of_the_labels()
    {
        using var learner = SupervisedRegistration.Of(SupervisedStream.Choice(SupervisedTask.Classify, "mlp-classifier", ("loss", "ldr-kl"), ("loss-lambda", "4"), ("loss-margin", "0"), ("batch", "16")), SupervisedTask.Classify)
            .Create(SupervisedStream.Fixed with { Classes = ["a", "b"] }, new OptionSet("learner", new Dictionary<string, string> { ["loss"] = "ldr-kl", ["loss-lambda"] = "4", ["loss-margin"] = "0", ["batch"] = "16" }), 1, new FleetWorkspaces());
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            learner.Learn([1, 2, 3], random.Next(10) == 0 ? 1 : 0);
        }

        var probabilities = new double[2];
        learner.Predict([1, 2, 3], probabilities);
        Assert.Equal(0.9, probabilities[0], 0.05);
    }

    [Fact]
    public void Given_weights_of_so_many_classes_When_labels_grow_Then_they_cannot_be_started_from()
    {
        var architecture = new MlpArchitecture(3, [32], 2);
        var parameters = new float[architecture.Layout.Count];
        using var bytes = new MemoryStream();
        SafetensorsFile.Write(bytes, architecture.Layout, parameters);
        var file = SafetensorsFile.Read(bytes.ToArray());
        var options = new OptionSet(
            "learner", new Dictionary<string, string> { ["warm-start"] = "file" }, new Dictionary<string, SafetensorsFile> { ["warm-start"] = file });

        Assert.Equal("learner.warm-start", Assert.Throws<OptionException>(() => Registration.Create(SupervisedStream.Growing, options, 1, new FleetWorkspaces())).Path);
        Assert.Equal("learner.warm-start", Assert.Throws<OptionException>(() => Registration.Create(SupervisedStream.Fixed, options, 1, new FleetWorkspaces())).Path);
        using var learner = Registration.Create(SupervisedStream.Fixed with { Classes = ["a", "b"] }, options, 1, new FleetWorkspaces());
        Assert.Equal([0.5, 0.5], Predict(learner, [1, 2, 3]));
    }

    private static SupervisedRegistration Registration => SupervisedCatalog.All.Single(learner => learner.Kind == "mlp-classifier");

    private static ISupervisedLearner Make(Dictionary<string, string> settings) =>
        Registration.Create(SupervisedStream.Fixed, new OptionSet("learner", settings), 1, new FleetWorkspaces());

    private static ISupervisedLearner Trained(string kind, string settings)
    {
        var learner = SupervisedCatalog.All.Single(registration => registration.Kind == kind).Create(
            SupervisedStream.Growing, new OptionSet("learner", SupervisedRows.Settings(settings).ToDictionary(setting => setting.Item1, setting => setting.Item2)), 1,
            new FleetWorkspaces());
        var random = new Random(2);
        for (var i = 0; i < 400; i++)
        {
            var features = SupervisedStream.Features(random);
            if (learner.Outputs < 3)
            {
                learner.GrowClasses(learner.Outputs + 1, features);
            }

            learner.Learn(features, Math.Min(learner.Outputs - 1, Class(features)));
        }

        return learner;
    }

    private static void Learn(ISupervisedLearner learner, int examples, int classes, int seed = 2)
    {
        var random = new Random(seed);
        for (var i = 0; i < examples; i++)
        {
            var features = SupervisedStream.Features(random);
            learner.Learn(features, Math.Min(classes - 1, Class(features)));
        }
    }

    private static int Class(float[] features) => SupervisedStream.Fixed.Classes.ToList().IndexOf(SupervisedStream.LabelOf(features));

    private static double LogRatio(double[] probabilities) => Math.Log(probabilities[0] / probabilities[2]);

    private static double[] Predict(ISupervisedLearner learner, float[] features)
    {
        var outputs = new double[learner.Outputs];
        learner.Predict(features, outputs);
        return outputs;
    }
}
