package shop

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Orders are placed in transactions: all of it or nothing, and once however often the request is sent.
var transactions = []step{
	{"places an order in a transaction, once however often it is sent", placesAnOrderOnce},
	{"tells for every action why its transaction was cancelled", explainsACancellation},
	{"reads several items at one moment, and removes them together", readsAndRemovesTogether},
	{"says the same in statements: a transaction, a query and a batch", speaksInStatements},
}

func eve(sk string) item {
	return item{"pk": s("CUSTOMER#eve"), "sk": s(sk)}
}

func placesAnOrderOnce(t *testing.T, shop *Shop) {
	order := eve("ORDER#1")
	order["status"] = s("OPEN")
	put := types.TransactWriteItem{Put: &types.Put{TableName: &shop.orders, Item: order}}
	update := types.TransactWriteItem{Update: &types.Update{
		TableName: &shop.orders, Key: eve("COUNT"), UpdateExpression: aws.String("ADD orders :one"),
		ExpressionAttributeValues: item{":one": n("1")},
	}}
	token := "token-" + shop.orders
	place := func(actions ...types.TransactWriteItem) (*dynamodb.TransactWriteItemsOutput, error) {
		return shop.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			TransactItems: actions, ClientRequestToken: &token,
			ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
		})
	}
	first, err := place(put, update)
	noError(t, err)
	equal(t, first.ConsumedCapacity[0].WriteCapacityUnits, aws.Float64(4), "the units of the transaction")
	again, err := place(put, update)
	noError(t, err)
	equal(t, again.ConsumedCapacity[0].ReadCapacityUnits, aws.Float64(4), "the units of its repetition")
	_, err = place(put)
	refused[*types.IdempotentParameterMismatchException](t, err, "")
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: eve("COUNT"), ConsistentRead: aws.Bool(true),
	})
	noError(t, err)
	equal(t, read.Item["orders"], n("1"), "the orders that were placed")
}

func explainsACancellation(t *testing.T, shop *Shop) {
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &shop.orders, Key: eve("COUNT"), ConditionExpression: aws.String("attribute_exists(pk)"),
	}}
	put := types.TransactWriteItem{Put: &types.Put{
		TableName: &shop.orders, Item: eve("ORDER#1"), ConditionExpression: aws.String("attribute_not_exists(pk)"),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
	_, err := shop.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{check, put},
	})
	cancelled := refused[*types.TransactionCanceledException](t, err,
		"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]")
	innocent, failed := cancelled.CancellationReasons[0], cancelled.CancellationReasons[1]
	equal(t, innocent, types.CancellationReason{Code: aws.String("None")}, "the reason of the action that is not to blame")
	equal(t, *failed.Code, "ConditionalCheckFailed", "the code of the other")
	equal(t, *failed.Message, "The conditional request failed", "its message")
	equal(t, failed.Item["status"], s("OPEN"), "the item that it met")
}

func readsAndRemovesTogether(t *testing.T, shop *Shop) {
	var gets []types.TransactGetItem
	for _, sk := range []string{"COUNT", "NOBODY", "ORDER#1"} {
		gets = append(gets, types.TransactGetItem{Get: &types.Get{TableName: &shop.orders, Key: eve(sk)}})
	}
	found := func() []types.AttributeValue {
		answer, err := shop.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: gets})
		noError(t, err)
		var keys []types.AttributeValue
		for _, response := range answer.Responses {
			keys = append(keys, response.Item["sk"])
		}
		return keys
	}
	equal(t, found(), []types.AttributeValue{s("COUNT"), nil, s("ORDER#1")}, "what was found")
	var deletes []types.TransactWriteItem
	for _, sk := range []string{"COUNT", "ORDER#1"} {
		deletes = append(deletes, types.TransactWriteItem{Delete: &types.Delete{TableName: &shop.orders, Key: eve(sk)}})
	}
	_, err := shop.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: deletes})
	noError(t, err)
	equal(t, found(), []types.AttributeValue{nil, nil, nil}, "what is left")
}

func speaksInStatements(t *testing.T, shop *Shop) {
	place := aws.String(`INSERT INTO "` + shop.orders + `" VALUE {'pk': ?, 'sk': ?, 'status': ?}`)
	remove := aws.String(`DELETE FROM "` + shop.orders + `" WHERE pk = ? AND sk = ?`)
	var places []types.ParameterizedStatement
	var removals []types.BatchStatementRequest
	for _, sk := range []string{"ORDER#2", "ORDER#3"} {
		key := []types.AttributeValue{s("CUSTOMER#eve"), s(sk)}
		places = append(places, types.ParameterizedStatement{Statement: place, Parameters: append(key, s("OPEN"))})
		removals = append(removals, types.BatchStatementRequest{Statement: remove, Parameters: key})
	}
	_, err := shop.ExecuteTransaction(t.Context(), &dynamodb.ExecuteTransactionInput{TransactStatements: places})
	noError(t, err)
	equal(t, openOrders(t, shop), []types.AttributeValue{s("ORDER#2"), s("ORDER#3")}, "the orders that were placed")
	removed, err := shop.BatchExecuteStatement(t.Context(), &dynamodb.BatchExecuteStatementInput{Statements: removals})
	noError(t, err)
	for _, response := range removed.Responses {
		equal(t, response.Error == nil, true, "whether an order was removed")
	}
	equal(t, len(openOrders(t, shop)), 0, "the orders that are left")
}

func openOrders(t *testing.T, shop *Shop) []types.AttributeValue {
	statement := `SELECT sk FROM "` + shop.orders + `" WHERE pk = ? AND begins_with(sk, 'ORDER#') AND status = ?`
	read, err := shop.ExecuteStatement(t.Context(), &dynamodb.ExecuteStatementInput{
		Statement: &statement, Parameters: []types.AttributeValue{s("CUSTOMER#eve"), s("OPEN")},
		ConsistentRead: aws.Bool(true),
	})
	noError(t, err)
	var open []types.AttributeValue
	for _, order := range read.Items {
		open = append(open, order["sk"])
	}
	return open
}
