using System.Reflection;
using Xunit.Sdk;

namespace StreamLearn.Learners.Tests.Optimizers;

/// <summary>Runs a theory on each optimiser that there is in the process's memory: (row).</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnEveryCpuRowAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => OptimizerRows.Cpu.Select(name => new object[] { name });
}
