using StreamLearn.Learners.Examples;
using StreamLearn.Learners.Tests.Examples;

namespace StreamLearn.Learners.Tests.Conformance;

/// <summary>
/// That states which earlier versions have stored can be read: <c>Golden/TASK-KIND.state.gz</c> for every learner of the catalog. One that is
/// in a release is never written again: a format that changes gets a new version, and a file beside the old one.
/// </summary>
/// <remarks>With STREAMLEARN_GOLDEN in the environment the files are written. That learning goes on with the same bits is not for a file to
/// say: sums of processors with wider vectors round otherwise.</remarks>
public sealed class GoldenStateTests
{
    private const string Key = "a";

    // Of the key; more than any default window and horizon.
    private const int Learned = 60;

    [Theory]
    [MemberData(nameof(LearnerRows.All), MemberType = typeof(LearnerRows))]
    public void Given_a_stored_state_When_it_is_loaded_Then_it_is_all_there_and_learning_goes_on(string task, string kind)
    {
        var adapter = TaskAdapters.For(task);
        var learner = LearnerCatalog.Find(task, kind)!;
        if (GoldenFile.Writing)
        {
            var fleet = adapter.Create(learner);
            fleet.Process(Waves(0, Learned));
            GoldenFile.Write(task, kind, fleet.SaveKey(Key));
        }

        var stored = GoldenFile.Read(task, kind);
        var loaded = adapter.LoadKey(learner, Key, stored);
        var again = loaded.SaveKey(Key);
        var predictions = loaded.Process(Waves(Learned, Learned + 30));

        Assert.True(stored.AsSpan().SequenceEqual(again), "What was loaded is not what is saved.");
        Assert.Equal(Learned + 30, predictions.ModelVersions[^1]);
        Assert.All(predictions.Values, number => Assert.True(double.IsFinite(number), $"{number} is not finite."));

        ExampleBatch Waves(int from, int to) => new Feed(adapter.Width).AddWaves([Key], from, to, adapter.StepMilliseconds).Batch();
    }
}
