using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Networks;
using StreamLearn.Learners.Networks.Cpu;
using StreamLearn.Learners.Optimizers;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.Reinforcement.Agents;
using StreamLearn.Learners.Reinforcement.Plasticity;
using StreamLearn.Learners.Reinforcement.Replay;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Reinforcement;

public sealed class AgentTests
{
    private const int Observation = 4;
    private const int Actions = 2;

    private static readonly AgentOptions Small = new() { Hidden = [24, 17], Batch = 16, LearningRate = 1e-3, Seed = 5, TargetRate = 0.1 };

    public static TheoryData<string, Interventions> Variants => new()
    {
        { "plain", new Interventions() },
        { "layer norm", new Interventions { LayerNorm = true } },
        { "l2-init", new Interventions { L2Init = 0.05 } },
        { "weight decay", new Interventions { WeightDecay = 0.01 } },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Given_an_agent_in_plain_torch_When_both_learn_the_same_Then_they_do_the_same(string name, Interventions interventions)
    {
        var options = Small with { Interventions = interventions };
        using var agent = new DdpgAgent(Observation, Actions, options);
        using var plain = new PlainDdpg(Observation, Actions, options);
        var random = new Xoshiro256(3);
        var action = new float[Actions];
        for (var update = 0; update < 20; update++)
        {
            var batch = Batch(random, choices: 0);
            Assert.True(agent.Update(batch, 0, random).Applied);
            plain.Update(batch);
            var observation = RandomCases.Normal(random, Observation);
            agent.Act(new SeenObservation(observation), 0, random, action);
            Near.Assert($"{name}, action after update {update}", plain.Act(observation), action, 1e-4);
        }
    }

    [Fact]
    public void Given_values_in_plain_torch_When_both_learn_the_same_Then_losses_are_the_same()
    {
        using var agent = new DqnAgent(Observation, 3, Small);
        using var plain = new PlainDqn(Observation, 3, Small);
        var random = new Xoshiro256(4);
        for (var update = 0; update < 30; update++)
        {
            var batch = Batch(random, choices: 3);
            var loss = agent.Update(batch, 0, random).CriticLoss;
            Assert.Equal(plain.Update(batch), loss, 1e-4);
        }
    }

    [Fact]
    public void Given_fresh_networks_When_they_are_updated_Then_half_of_their_units_are_active()
    {
        using var agent = new DdpgAgent(Observation, Actions, Small with { Hidden = [128, 128], Batch = 64 });
        var update = agent.Update(Batch(new Xoshiro256(1), 0, 64), 0.2, new Xoshiro256(2));

        Assert.InRange(update.Critic.Fraction, 0.4, 0.6);
        Assert.InRange(update.Actor.Fraction, 0.4, 0.6);
        Assert.Equal(2 * 2 * 128 * 64, update.Critic.Counted);
        Assert.Equal(2 * 128 * 64, update.Actor.Counted);
    }

    [Fact]
    public void Given_a_return_that_is_no_number_When_it_is_learned_Then_the_update_is_refused_and_nothing_has_changed()
    {
        IControlAgent[] agents = [new DdpgAgent(Observation, Actions, Small), new DqnAgent(Observation, 3, Small)];
        foreach (var agent in agents)
        {
            var random = new Xoshiro256(1);
            agent.Update(Batch(random, agent is DqnAgent ? 3 : 0), 0.1, random);
            var before = Saved(agent);
            var batch = Batch(random, agent is DqnAgent ? 3 : 0);
            batch.Returns[3] = float.PositiveInfinity;

            Assert.False(agent.Update(batch, 0.1, random).Applied);
            Assert.Equal(before, Saved(agent));
            agent.Dispose();
        }
    }

    [Fact]
    public void Given_a_critic_When_plasticity_is_injected_Then_nothing_it_says_changes_and_what_is_frozen_stays()
    {
        var architecture = new MlpArchitecture(6, [24, 17], 1);
        using var critic = new Critic(architecture, Small, 1);
        var random = new Xoshiro256(2);
        var inputs = RandomCases.Normal(random, 16 * 6);
        var direction = RandomCases.Normal(random, 16);
        float[] before = new float[16], after = new float[16], target = new float[16], targetAfter = new float[16], slopes = new float[32], slopesAfter = new float[32];
        Learn(critic, inputs, direction);
        critic.Follow();
        critic.Forward(inputs, 16, before);
        critic.InputGradient(inputs, 16, direction, 2, 2, slopes);
        critic.ForwardTarget(inputs, 16, target);

        critic.Inject(seed: 9);
        critic.Forward(inputs, 16, after);
        critic.InputGradient(inputs, 16, direction, 2, 2, slopesAfter);
        critic.ForwardTarget(inputs, 16, targetAfter);

        Near.Assert("values", before, after, 1e-5);
        Near.Assert("values of the target", target, targetAfter, 1e-5);
        Near.Assert("slopes", slopes, slopesAfter, 1e-5);
        Learn(critic, inputs, direction);
        critic.Forward(inputs, 16, after);
        Assert.NotEqual(before, after);
        Assert.Throws<InvalidOperationException>(() => critic.Inject(1));

        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        critic.Save(ref writer);
        writer.Flush();
        using var loaded = new Critic(architecture, Small, 77);
        var reader = new MessagePackReader(buffer.WrittenMemory);
        loaded.Load(ref reader);
        loaded.Forward(inputs, 16, before);
        AssertBits.Equal("values", after, before);
    }

    [Fact]
    public void Given_a_unit_that_gives_nothing_When_dormant_units_are_drawn_anew_Then_it_is_one_of_them_and_the_outputs_stay()
    {
        var architecture = new MlpArchitecture(5, [12, 10], 2);
        using var network = Network(architecture, new Interventions { RedoEvery = 1 });
        var random = new Xoshiro256(8);
        var inputs = RandomCases.Normal(random, 8 * 5);
        network.Network.Forward(inputs, 8);
        network.Learn(RandomCases.Normal(random, 16));
        architecture.Layout["layers.0.bias"].In(network.Network.Parameters)[3] = -1000;
        network.Network.Forward(inputs, 8);
        var before = network.Network.Outputs.ToArray();
        network.WatchUnits();

        Assert.InRange(network.RenewDormant(random), 1, 4);

        network.Network.Forward(inputs, 8);
        Near.Assert("outputs", before, network.Network.Outputs, 0.02);
        Assert.Equal(0, architecture.Layout["layers.0.bias"].In(network.Network.Parameters)[3]);
        Assert.All(architecture.Layout["layers.1.weight"].In(network.Network.Parameters).Slice(30, 10).ToArray(), weight => Assert.Equal(0, weight));
        foreach (var moments in ((CpuUpdater)network.Updater).Vectors)
        {
            Assert.All(architecture.Layout["layers.1.weight"].In(moments.AsSpan()).Slice(30, 10).ToArray(), moment => Assert.Equal(0, moment));
            Assert.All(Enumerable.Range(0, 5), input => Assert.Equal(0, architecture.Layout["layers.0.weight"].In(moments.AsSpan())[(input * 12) + 3]));
            Assert.Contains(moments, moment => moment != 0);
        }
    }

    [Fact]
    public void Given_units_that_are_old_enough_When_some_are_replaced_Then_it_is_the_least_useful_and_the_mean_output_stays()
    {
        var architecture = new MlpArchitecture(5, [12], 2);
        using var network = Network(architecture, new Interventions { ReplacementRate = 0.01, Maturity = 20 });
        var random = new Xoshiro256(8);
        var inputs = RandomCases.Normal(random, 64 * 5);

        // The seventh unit gives something, and nobody listens.
        architecture.Layout["head.weight"].In(network.Network.Parameters).Slice(7 * 2, 2).Fill(1e-6f);
        var column = Enumerable.Range(0, 5).Select(input => network.Network.Parameters[(input * 12) + 7]).ToArray();
        for (var update = 0; update < 20 + 9; update++)
        {
            network.Network.Forward(inputs, 64);
            network.WatchUnits();
            var before = Means();
            network.ReplaceUnits(random);
            network.Network.Forward(inputs, 64);
            Near.Assert("mean outputs", before, Means(), 1e-3);
        }

        Assert.NotEqual(column, Enumerable.Range(0, 5).Select(input => network.Network.Parameters[(input * 12) + 7]));
        Assert.Equal([0, 0], architecture.Layout["head.weight"].In(network.Network.Parameters).Slice(7 * 2, 2).ToArray());

        float[] Means()
        {
            var outputs = network.Network.Outputs.ToArray();
            return [outputs.Where((_, i) => i % 2 == 0).Average(), outputs.Where((_, i) => i % 2 == 1).Average()];
        }
    }

    [Fact]
    public void Given_networks_When_they_are_reset_Then_they_are_others_with_empty_optimisers_and_the_seed_says_which()
    {
        using var agent = new DdpgAgent(Observation, Actions, Small);
        using var other = new DdpgAgent(Observation, Actions, Small);
        var fresh = Saved(agent);
        var random = new Xoshiro256(1);
        agent.Update(Batch(random, 0), 0.1, random);
        agent.ResetNetworks();
        other.ResetNetworks();
        Assert.NotEqual(fresh, Saved(agent));

        // But for the number of updates, which goes on.
        var action = new float[Actions];
        var expected = new float[Actions];
        var observation = RandomCases.Normal(random, Observation);
        agent.Act(new SeenObservation(observation), 0, random, action);
        other.Act(new SeenObservation(observation), 0, random, expected);
        AssertBits.Equal("action", expected, action);
        Assert.Equal(1, agent.Updates);
    }

    [Fact]
    public void Given_shrinking_When_an_update_is_taken_Then_the_critic_is_drawn_to_its_start()
    {
        var architecture = new MlpArchitecture(5, [12], 2);
        using var shrunk = Network(architecture, new Interventions { ShrinkAndPerturb = 0.5 });
        using var plain = Network(architecture, new Interventions());
        var initial = plain.Network.Parameters.ToArray();
        var random = new Xoshiro256(8);
        var (inputs, direction) = (RandomCases.Normal(random, 8 * 5), RandomCases.Normal(random, 16));
        foreach (var network in new[] { shrunk, plain })
        {
            network.Network.Forward(inputs, 8);
            network.Learn(direction);
        }

        Near.Assert("parameters", initial.Select((start, i) => (0.5 * start) + (0.5 * plain.Network.Parameters[i])), shrunk.Network.Parameters, 1e-6);
    }

    [Fact]
    public void Given_an_agent_that_is_warm_When_it_acts_and_learns_Then_nothing_is_allocated()
    {
        foreach (var agent in new IControlAgent[] { new DdpgAgent(Observation, Actions, Small), new DqnAgent(Observation, 3, Small) })
        {
            var random = new Xoshiro256(1);
            var batch = Batch(random, agent is DqnAgent ? 3 : 0);
            var observation = new float[Observation];
            var action = new float[agent is DqnAgent ? 1 : Actions];
            var bytes = 0L;
            for (var round = 0; round < 3; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var update = 0; update < 200; update++)
                {
                    agent.Act(new SeenObservation(observation), 0.1, random, action);
                    agent.Update(batch, 0.1, random);
                }

                bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Equal(0, bytes);
            agent.Dispose();
        }
    }

    private static void Learn(Critic critic, float[] inputs, float[] direction)
    {
        critic.Forward(inputs, 16, new float[16]);
        Assert.True(critic.Learning.Learn(direction).Applied);
    }

    private static PlasticNetwork Network(MlpArchitecture architecture, Interventions interventions) =>
        new(new CpuMlpWorkspace(architecture, 64), new UpdateOptions { Optimizer = new AdamOptions() }, interventions, isCritic: true, seed: 3);

    private static ReplayBatch Batch(Xoshiro256 random, int choices, int rows = 16)
    {
        var batch = new ReplayBatch(new StepShape(Observation, Pixels: false, choices > 0 ? 1 : Actions), rows);
        RandomCases.Normal(random, batch.Observations.Length).CopyTo(batch.Observations, 0);
        RandomCases.Normal(random, batch.Observations.Length).CopyTo(batch.NextObservations, 0);
        RandomCases.Normal(random, rows).CopyTo(batch.Returns, 0);
        for (var i = 0; i < batch.Actions.Length; i++)
        {
            batch.Actions[i] = choices > 0 ? (int)(random.NextDouble() * choices) : random.NextUniform(1);
        }

        for (var row = 0; row < rows; row++)
        {
            batch.Discounts[row] = random.NextDouble() < 0.2 ? 0 : 0.97f;
            batch.Weights[row] = (float)(0.5 + (0.5 * random.NextDouble()));
        }

        return batch;
    }

    private static byte[] Saved(IControlAgent agent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        agent.Save(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
